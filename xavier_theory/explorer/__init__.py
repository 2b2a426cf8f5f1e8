"""The explorer: a page in the browser, served to this machine alone, that runs the package itself.

``launching`` starts the server, ``server`` answers the browser, ``workers`` compute in processes of
their own under a time limit, ``answers`` is what runs there. ``static`` holds the page.
"""
