/** The outlet that a port's device takes its power from. */
export type OutletState = 'on' | 'off' | 'unknown';

export interface PowerOutlet {
  /** As people and the controller call it. */
  readonly name: string;
  /** Resolves when the controller has done it; whether it is so, `state` tells. Errors: POWER_FAILED, the signal's reason. */
  switch(to: 'on' | 'off', signal: AbortSignal): Promise<void>;
  /** What the controller says now. Errors: POWER_FAILED, the signal's reason. */
  state(signal: AbortSignal): Promise<OutletState>;
}
