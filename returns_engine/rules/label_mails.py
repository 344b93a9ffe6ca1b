"""Which mails bring the label: each is about the label that is there, and about no other."""

LABEL_MAILS = frozenset({"return_approved", "label_reminder"})
