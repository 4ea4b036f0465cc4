"""What the tags of a stack's things say."""

STACK = "reconcile:stack"
NAME = "reconcile:name"


def tag_map(thing):
    return {tag["Key"]: tag["Value"] for tag in thing.get("Tags", [])}


def address(thing):
    return tag_map(thing)[NAME]


def tags(thing):
    """Without AWS's own, and without those of reconcile that say what went into an image."""
    return {
        key: value
        for key, value in tag_map(thing).items()
        if not key.startswith("aws:") and (key == STACK or not key.startswith("reconcile:"))
    }
