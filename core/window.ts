/** What keeps rules from writing to a port at a moment. */
export interface ClosedWindow {
  /** The quiet window that is open, or the maintenance window that opens next. */
  readonly window: string;
  readonly kind: 'maintenance' | 'quiet';
  /** When rules may write again, epoch ms; absent where that never comes. */
  readonly untilMs?: number;
}
