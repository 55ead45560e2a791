"""The verbs of the engine, one file each: pull, match, plan, push, settle. `services.sync` tells the story."""
