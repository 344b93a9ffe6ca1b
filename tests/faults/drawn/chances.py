"""What a step picks from: whether, how much, and when somebody dies."""

from tests.faults.drawn.crash_points import Moment, Point

COIN = (False, True)
FEW = (False, False, False, True)
# Of what was proposed, in hundredths; most refunds are approved whole.
SHARES = (100, 100, 100, 50, 1)
DECISIONS = [Moment(point=point, nth=1) for point in (Point.BEFORE_COMMIT, Point.AFTER_COMMIT)]
SELDOM = [None, None, *DECISIONS]
