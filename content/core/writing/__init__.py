"""What the words of a page are held to: plain language, words that do no harm, no bare digits, equal in every language.

``passages`` gives the texts of a page; ``plain``, ``avoided``, ``digits`` and ``parity`` judge texts and know no database;
``selectors`` asks all of them about a page. The editor shows what they find, commands list it, and a bare digit keeps a
page from being published.
"""
