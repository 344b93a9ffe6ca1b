"""Every report, in the order of the page: a further one is a file in `figures` and a line here."""

from admin.reports.figures.causes import CAUSES
from admin.reports.figures.compensation import COMPENSATION
from admin.reports.figures.funnel import FUNNEL
from admin.reports.figures.grades import GRADES
from admin.reports.figures.production_weeks import PRODUCTION_WEEKS
from admin.reports.figures.promises import PROMISES
from admin.reports.figures.rate_by_sku import RATE_BY_SKU
from admin.reports.figures.rate_by_vehicle import RATE_BY_VEHICLE
from admin.reports.figures.reconciliation import RECONCILIATION
from admin.reports.figures.refunds import REFUNDS
from admin.reports.figures.times import TIMES
from admin.reports.report import Report

REPORTS: tuple[Report, ...] = (
    FUNNEL,
    TIMES,
    REFUNDS,
    CAUSES,
    RATE_BY_SKU,
    RATE_BY_VEHICLE,
    PRODUCTION_WEEKS,
    GRADES,
    PROMISES,
    COMPENSATION,
    RECONCILIATION,
)
