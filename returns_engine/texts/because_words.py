"""The facts a decision rests on, as `rules/eligibility` writes them: what may be said again.

A decision keeps its sentences in English, for they are what was decided. Each is listed here with
the places where its values stand, so that a page can say the same in another language.
"""

from returns_engine.texts.words import mark

BECAUSE = (
    mark("This is %(item)s."),
    mark("This is %(item)s, and the reason given is “%(reason)s”."),
    mark("This is %(item)s; a person looks whether the fault was ours."),
    mark(
        "This is %(item)s, and the reason given is “%(reason)s”;"
        " a person looks whether the fault was ours."
    ),
    mark("The kind of item does not exclude %(kind)s."),
    mark("The condition does not decide %(kind)s."),
    mark("The reason given is our fault, so its condition is not held against you."),
    mark("You told us that it was used."),
    mark("You told us that its tags are off."),
    mark("You told us that its original packaging is missing."),
    mark("Nothing you told us speaks against it; we look when it arrives."),
    mark("The order was canceled."),
    mark("The order has not been paid for."),
    mark("Nothing of this line has been shipped."),
    mark("Paid %(day)s; %(count)s of %(units)s shipped."),
    mark("A person asks the carrier what became of it."),
    mark("Production started on %(day)s."),
    mark("Production has not started; %(count)s of %(units)s shipped."),
    mark("%(count)s of %(units)s shipped."),
    mark("Photos do not decide %(kind)s."),
    mark("None are needed for the reason given."),
    mark("None were sent."),
    mark("1 photo was sent."),
    mark("%(count)s photos were sent."),
    mark("This is not a warranty claim."),
    mark("The item is of kind %(word)s, in category %(category)s."),
    mark("The cause given is “%(cause)s”."),
    mark("Delivered %(day)s (%(evidence)s); the warranty ends with %(last)s."),
    mark("Delivered %(day)s (%(evidence)s); the warranty ended with %(last)s."),
    mark("Delivered %(day)s (%(evidence)s); the warranty of what it replaces ends with %(last)s."),
    mark("Delivered %(day)s (%(evidence)s); the warranty of what it replaces ended with %(last)s."),
    mark("%(kind)s is not bound to this time limit."),
    mark("Delivered %(day)s (%(evidence)s); day %(count)s of %(all)s."),
    mark("Delivered %(day)s (%(evidence)s); day %(count)s of %(all)s; the last day was %(last)s."),
    # The last but one stands in older decisions.
    mark("Delivered %(day)s (%(evidence)s); the last day was %(last)s."),
    mark("The delivery is only estimated, so a person looks."),
    mark("The delivery date we have, %(day)s, is yet to come."),
    mark("We have no delivery date."),
    mark("%(units)s asked for, %(count)s not shipped."),
    mark("%(units)s asked for, %(count)s shipped and not in another return."),
    mark("Nothing was shipped that could come back from anywhere."),
    mark("The shipping address is in %(country)s, the home country is %(home)s."),
    mark("The shipping address is in the home country, %(home)s."),
)
"""Every sentence of `rules/eligibility`; a value is named by what it is."""

ITEMS = (
    mark("a stock item"),
    mark("an item made for your car"),
    mark("a personalized item"),
    mark("a special order"),
    mark("a gift card"),
)
KINDS_IN_WORDS = (
    mark("a return"),
    mark("a warranty claim"),
    mark("a cancellation"),
    mark("a delivery problem"),
)
ITEM_KINDS = (
    mark("stock"),
    mark("custom"),
    mark("personalized"),
    mark("special order"),
    mark("gift card"),
)
EVIDENCE_IN_WORDS = (
    mark("carrier scan"),
    mark("customer statement"),
    mark("estimate"),
)
