"""What the engine does, one file per verb. `services.sync` tells the story: pull, match, plan, push, settle.

Apart from it: `connections` from a consent to the end of access, `notices` to whoever is told, and `undoing`.
"""
