"""The pages on which case workers open reports (DECISIONS 49): plain Django, nothing of Wagtail, no session of ours.

What is opened is opened in the browser. The server hands out what is sealed to whoever has a seat in the unit and a second
factor, takes what is sealed and signed, and knows neither phrase nor text.
"""
