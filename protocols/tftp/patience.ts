/** How long both engines wait for a peer, and how often they say the same. */

/** Requests to a server that does not answer. */
export const MAX_REQUESTS = 6;
/** Sendings to a peer that has not answered yet: a forged request must not buy more traffic than this. */
export const SENDINGS_BEFORE_FIRST_ANSWER = 3;
/** Silence that ends a transfer, ms: a device may erase flash in the middle of one. */
export const GIVE_UP_MS = 45_000;
/** After the last acknowledgement, ms: RFC 1350 §6 wants it repeated if the last block comes again. */
export const DALLY_MS = 3000;
