import { codeOf } from '../../../core/errors/index.js';

/** The code that a promise is rejected with; `resolved` where it is not. */
export async function codeOfRejected(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => codeOf(error),
  );
}
