"""What is done, one file per verb: by the engine, in notifications, and when people take something back.

`services.sync` tells the story of the engine: pull, match, plan, push, settle.
"""
