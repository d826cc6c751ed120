/** Exit codes (CONTRACT "The command line"). */
import { isOurs, UsageError } from './cli.js';
import { ApiError } from './node-client.js';

export const EXIT = {
  succeeded: 0,
  failed: 1,
  usage: 2,
  rolledBack: 3,
  unknown: 4,
  unreachable: 5,
  detached: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_VERDICT: Readonly<Record<string, ExitCode>> = {
  succeeded: EXIT.succeeded,
  staged: EXIT.succeeded,
  failed: EXIT.failed,
  rolledBack: EXIT.rolledBack,
  degraded: EXIT.unknown,
  unknown: EXIT.unknown,
};

/** A verdict that this version does not know is one for a person. */
export function exitOfVerdict(verdict: string | undefined): ExitCode {
  return BY_VERDICT[verdict ?? ''] ?? EXIT.unknown;
}

/** A refused request did nothing; a node that failed inside left the device as it was. */
export function exitOfError(error: unknown): ExitCode {
  if (error instanceof ApiError) return error.status < 500 ? EXIT.usage : EXIT.failed;
  if (error instanceof UsageError) return EXIT.usage;
  if (!isOurs(error)) return EXIT.failed;
  if (error.code === 'NODE_UNREACHABLE' || error.code === 'NODE_ANSWER') return EXIT.unreachable;
  return error.httpStatus < 500 ? EXIT.usage : EXIT.failed;
}
