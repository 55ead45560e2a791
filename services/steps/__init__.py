"""What the engine does, one file per verb. `services.sync` tells the story: pull, match, plan, push, settle.

Beside the engine: `connections`, from a consent to the end of access; `notices`, which tell people; and `undoing`.
"""
