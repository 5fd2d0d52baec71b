"""Where a form comes from, without cookie or CSRF token (REPORTING 5.8).

A page of somebody else's can make a browser post to us. Every browser of the last years says so, and is refused. One too
old to say it is asked: a page in between shows nothing stored and a button, and what the button sends is accepted for a
quarter of an hour if not one character of it has changed (tokens.confirmation).

That page is bound to its content, not to its reader: without a cookie nothing tells two old browsers apart, and the
portal knows no address. So a stranger can fetch a confirmed form and make such a browser send it. All that this gains is
a report that the stranger wrote, and could have sent alone: he reads nothing of anybody's, and no report of anybody's
changes. What he must not gain is the receipt of what somebody else writes. He would have it if that were stored under a
form that he had opened; so each confirmed content is stored under a form of its own, whose number nobody can know who
does not know the content (tokens.successor). Sending it twice stores it once, as with every form.
"""

from __future__ import annotations

from content.registers.origin import Origin, origin_of

__all__ = ["Origin", "origin_of"]
