/** How an exchange or login ended, in the words of the error registry. */
import type { DeviceState } from '../../core/ports/dialog.js';
import type { FailureClass, Intent } from '../../core/dialog-table.js';
import { fail } from '../../core/errors/index.js';
import type { ErrorCode, PortwrightError } from '../../core/errors/index.js';
import { printable } from '../../core/template.js';
import type { ExchangeResult, LoginResult, SeenFailure } from '../../protocols/dialog/index.js';

export interface ExchangeContext {
  readonly port: string;
  /** What was typed, without secrets; empty where the exchange only listened. */
  readonly command: string;
  readonly intents: readonly Intent[];
  readonly wanted: string;
}

const TRANSFER_CODES: Readonly<Record<Exclude<FailureClass, 'refused'>, ErrorCode>> = {
  transport: 'TRANSFER_TRANSPORT',
  remoteFile: 'TRANSFER_REMOTE_FILE',
  space: 'TRANSFER_SPACE',
  integrity: 'TRANSFER_INTEGRITY',
  timeout: 'TRANSFER_TIMEOUT',
  aborted: 'TRANSFER_ABORTED',
};

/** The error of an exchange that was not answered; `answerRefused` gives the template's own. */
export function exchangeError(
  result: Exclude<ExchangeResult, { kind: 'answered' }>,
  context: ExchangeContext,
): unknown {
  const { port, wanted } = context;
  switch (result.kind) {
    case 'failed':
      return failureError(result.failure, context);
    case 'unknownQuestion':
      return fail('DEVICE_UNKNOWN_QUESTION', { port, question: printable(result.text.trim()) });
    case 'questionWithoutIntent':
      return fail('DEVICE_QUESTION_WITHOUT_INTENT', {
        port,
        question: printable(result.text),
        intent: result.intent,
        intents: context.intents.join(', ') || 'none',
      });
    case 'answerRefused':
      return result.error;
    case 'bootStarted':
      return fail('DEVICE_RESTARTED', { port, text: printable(result.text.trim()) });
    case 'loggedOut':
      return fail('DEVICE_RESTARTED', { port, text: printable(result.prompt.text.trim()) });
    case 'unexpected':
      if (result.prompt.state === 'loader') {
        return fail('DEVICE_AT_LOADER', { port, prompt: printable(result.prompt.text) });
      }
      return fail('DEVICE_STATE_UNEXPECTED', { port, wanted, got: printable(result.prompt.text) });
    case 'silent':
    case 'timeout':
      return fail('DEVICE_SILENT', { port, seconds: result.afterMs / 1000 });
    case 'tooLong':
      return fail('DEVICE_ANSWER_TOO_LONG', { port, command: printable(context.command), chars: result.chars });
  }
}

function failureError(failure: SeenFailure, { port, command }: ExchangeContext): PortwrightError {
  const text = printable(failure.text);
  if (failure.final === true) return fail('DEVICE_DECLINED', { port, command: printable(command), text });
  if (failure.class === 'refused') {
    return fail('DEVICE_REFUSED', { port, command: printable(command), text: text === '' ? 'no answer' : text });
  }
  // The device's client speaks: its own words say which method and file it was about.
  return fail(TRANSFER_CODES[failure.class], {
    port,
    method: command.split(' ')[0] ?? '',
    file: 'the file',
    reason: text,
  });
}

/** The error of a login that did not reach the op prompt. */
export function loginError(
  result: Exclude<LoginResult, { kind: 'in' }>,
  port: string,
  wanted: string,
): PortwrightError {
  switch (result.kind) {
    case 'failed':
      return fail('DEVICE_LOGIN_FAILED', { port, text: printable(result.text) });
    case 'silent':
      return fail('DEVICE_SILENT', { port, seconds: result.afterMs / 1000 });
    case 'unexpected':
      return unexpectedAtLogin(port, wanted, result.found);
  }
}

function unexpectedAtLogin(port: string, wanted: string, { state, text }: DeviceState): PortwrightError {
  const prompt = printable(text);
  if (state === 'loader') return fail('DEVICE_AT_LOADER', { port, prompt });
  if (state === 'user') return fail('DEVICE_READ_ONLY', { port, prompt });
  return fail('DEVICE_STATE_UNEXPECTED', { port, wanted, got: `${state}: ${prompt}` });
}
