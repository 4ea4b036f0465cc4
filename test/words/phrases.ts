/** A phrase that CONTRIBUTING.md's chapter "Words" rules out, and what to write in its place. */
export interface Phrase {
  /** A regular expression. A space stands for any gap between two words, the end of a comment's line included. */
  readonly pattern: string;
  readonly advice: string;
  /** A sentence that the pattern refuses. */
  readonly bad: string;
  /** The nearest sentence that is all right. */
  readonly good: string;
}

/** Each reads badly wherever it stands; a word that is only sometimes a bad choice is left to the reader's ear. */
export const PHRASES: readonly Phrase[] = [
  {
    pattern: "anew|(?:made|make|makes|making)(?: (?:it|them))? new(?=[.,;:)]|$)",
    advice: "recreate, replace, again",
    bad: "The listener is made anew.",
    good: "Recreates the listener. Makes new listeners.",
  },
  {
    pattern: "go(?:es)? on|went on",
    advice: "continue; resume; follow",
    bad: "Run the same command again: it goes on from what it finds.",
    good: "Run the same command again to resume. Find out what is going on.",
  },
  {
    pattern: "(?:leaves?|leaving|left)(?: \\w+){0,2} out",
    advice: 'default; "if omitted"; without; skip',
    bad: "AWS region; left out: the stack file's.",
    good: "AWS region (default: the stack file's). The file that was left after a time-out.",
  },
  {
    pattern:
      "(?:is|are|was|were) there(?! (?:a|an|another|any|anything|enough|more|no|nothing|one|room|something)\\b)",
    advice: "exists; is ready; has been created",
    bad: "Nothing is there. What is there stays.",
    good: "No resources exist. Is there another one?",
  },
  {
    pattern: "not there",
    advice: "does not exist; no … found; missing; pending",
    bad: "The subnet is not there yet.",
    good: "The subnet does not exist. There is not enough room.",
  },
  {
    pattern: "(?:is|are|was|were) to (?:be|become|come|get|go)",
    advice: 'will be created, must be deleted; "defined in the stack file"',
    bad: "Nothing is to be made, and the rule is to go.",
    good: "No resources are defined. The first thing to do is to list them.",
  },
  {
    pattern: "meanwhile",
    advice: '"during the update"; "at the same time"',
    bad: "What uses the group is without it meanwhile.",
    good: "Servers cannot reach the database during the update.",
  },
  {
    pattern: "not well(?! (?:known|defined|formed))|well (?:yet|again)",
    advice: "unhealthy; not ready; not healthy yet",
    bad: "Two servers are not well yet.",
    good: "Two servers are unhealthy. The rule is not well known.",
  },
  {
    pattern: "(?:is|are|be) without (?:it|them|one)",
    advice: "say what is missing or lost, and for how long",
    bad: "Who uses the group is without it for a minute.",
    good: "The servers lose access for a minute. A listener without it is refused.",
  },
  {
    pattern: "(?:stand|stands|standing|stood) on(?! (?:its|their) own)",
    advice: "depends on; uses",
    bad: "A failure skips what stands on it.",
    good: "A failure skips the steps that depend on it. The server is on standby.",
  },
  {
    pattern: "(?:serve|serves|serving|served) nothing",
    advice: "receives no traffic; answers no requests",
    bad: "Servers that do not answer there yet serve nothing.",
    good: "Servers that do not listen on the new port receive no traffic.",
  },
  {
    pattern: "(?:take|takes|taken|taking|took)(?: \\w+){0,3} (?:away|off)",
    advice: "delete; remove",
    bad: "Take its protection off, and apply takes the rule away.",
    good: "Remove the protection. The take-off of a plane.",
  },
  {
    pattern: "look-ups?",
    advice: "lookup, read, list",
    bad: "A look-up that fails stops everything.",
    good: "A lookup that fails stops everything. Look up the name.",
  },
  {
    pattern: "(?:bring|brings|bringing|brought)(?: \\w+){0,3} up",
    advice: "create; start",
    bad: "This brings the tier up.",
    good: "This creates the tier.",
  },
  {
    pattern: "once more",
    advice: "again; retry",
    bad: "Try it once more.",
    good: "Try again. Once the group exists, more servers start.",
  },
  {
    pattern: "bad days?",
    advice: "transient errors; an outage",
    bad: "AWS has a bad day.",
    good: "AWS returns transient errors.",
  },
  {
    pattern: "foreign",
    advice: "belongs to another stack; not managed by this stack; untrusted (of text)",
    bad: "A foreign group has this name.",
    good: "A group of another stack has this name.",
  },
  {
    pattern: "strangers?(?:'s?)?",
    advice: "belongs to somebody else; not managed by this stack",
    bad: "The instance is a stranger's.",
    good: "The instance is not managed by this stack. Nothing could be more strange.",
  },
  {
    pattern: "as wanted|(?:is|are) otherwise",
    advice: '"as the stack file defines"; differs from the stack file',
    bad: "The rule is not as wanted.",
    good: "The rule differs from the stack file.",
  },
  {
    pattern:
      "(?:stays?|remains?|leaves?|left|keeps?|kept)(?: \\w+){0,3} as (?:it|they) (?:is|are|was|were)",
    advice: "unchanged; does not change",
    bad: "The image stays as it is.",
    good: "The image is unchanged.",
  },
  {
    pattern: "about to (?:come|go)|yet to come",
    advice: "pending; will be created",
    bad: "Two servers are about to come.",
    good: "Two servers are pending. The group is about to be deleted.",
  },
  {
    pattern: "to (?:its|their) end",
    advice: "finishes, completes; fails",
    bad: "The build does not come to its end.",
    good: "The build failed. Add a line to its ending.",
  },
  {
    pattern: "(?:pass|passes|passed) over|(?:leave|leaves|leaving|left)(?: [\\w'-]+){0,4} alone",
    advice: "skip; ignore; does not change",
    bad: "Rollouts leave such servers alone.",
    good: "Rollouts skip such servers. The lists that AWS passes.",
  },
  {
    pattern: "(?:is|are) worn|wears?|wearing",
    advice: "uses; is in use by; is attached to",
    bad: "An instance wears the group.",
    good: "An instance uses the group. A warning about hardware.",
  },
  {
    pattern: "which of (?:these|those)|of which",
    advice: "make it a sentence of its own, or name the thing",
    bad: "A client, of which the region is unknown.",
    good: "A client in an unknown region. It says which of the two it is.",
  },
  {
    pattern: "make it what|file wants",
    advice: '"updates it to match the stack file"; "the stack file defines"',
    bad: "As the file wants it.",
    good: "As the stack file defines it. What the user wants.",
  },
  {
    pattern: "looks? (?:whether|if)|see if",
    advice: "check whether",
    bad: "It looks whether a test fails.",
    good: "It checks whether a test fails.",
  },
  {
    pattern: "(?:say|says|know|knows) nothing of|nothing is known of",
    advice: "does not mention; does not know; is unknown",
    bad: "The sandbox knows nothing of the package.",
    good: "The sandbox does not know the package. It says nothing.",
  },
  {
    pattern: "go(?:es)? away|(?:gone|going|went) away",
    advice: "is deleted; is resolved; disappears",
    bad: "The others may go away with them.",
    good: "Fix these first. This may resolve the others.",
  },
  {
    pattern: "else than",
    advice: "other than",
    bad: "Something else than a list.",
    good: "Something other than a list.",
  },
  {
    pattern: "(?:is|are|was|were|be|been|gets?) told(?! (?:apart|from|not|that|to|where|which)\\b)",
    advice: "report, show, print",
    bad: "All problems are told at once.",
    good: "Reports all problems at once. The two are told apart by their tags.",
  },
  {
    pattern: "for who",
    advice: "for anyone who; for people who",
    bad: "For who wants to see a build fail.",
    good: "For anyone who wants to see a build fail. For whom?",
  },
  {
    pattern: "(?:else's|people's|others'|another's|strange) hands?",
    advice: "a change made by hand; a change outside reconcile",
    bad: "Where somebody else's hand changes the account.",
    good: "Where somebody changes the account by hand.",
  },
];
