/** What a device said or did. */
import type { ErrorTable } from './registry.js';

export const deviceErrors = {
  DEVICE_REFUSED: {
    message: '{port}: the device refused "{command}": {text}',
    fault: 'device',
    httpStatus: 502,
    retryable: false,
    next: "Read the device's own words in the transcript; correct the cause on the device or the setting.",
  },
  DEVICE_LOGIN_FAILED: {
    message: '{port}: login refused: {text}',
    fault: 'device',
    httpStatus: 502,
    retryable: false,
    next: 'Check the secret named by the port\'s "credentials". No second login is tried by itself.',
  },
  DEVICE_UNKNOWN_QUESTION: {
    message: '{port}: the device asked a question that no rule answers: "{question}"',
    fault: 'device',
    httpStatus: 502,
    retryable: false,
    next: 'Look at the console; add the question to the driver if it is safe to answer.',
  },
  DEVICE_QUESTION_WITHOUT_INTENT: {
    message: '{port}: "{question}" is answered only in a step with intent {intent}; this step has {intents}',
    fault: 'device',
    httpStatus: 502,
    retryable: false,
    next: 'Nothing was answered with yes. Look at the console to see why the device asks now.',
  },
  DEVICE_AT_LOADER: {
    message: '{port}: the device stands at its boot loader: {prompt}',
    fault: 'device',
    httpStatus: 409,
    retryable: false,
    next: 'Push an image that the loader can take, or boot the device by hand.',
  },
  DEVICE_RESTARTED: {
    message: '{port}: the device restarted by itself: {text}',
    fault: 'device',
    httpStatus: 502,
    retryable: true,
    next: 'Check its power; see the console log.',
  },
  DEVICE_SILENT: {
    message: '{port}: no answer from the console within {seconds} s',
    fault: 'device',
    httpStatus: 504,
    retryable: true,
    next: 'Check power, cable and baud rate.',
  },
  DEVICE_ANSWER_TOO_LONG: {
    message: '{port}: the answer to "{command}" did not end within {chars} characters',
    fault: 'device',
    httpStatus: 502,
    retryable: false,
    next: 'Look at the console; the device may be printing without end.',
  },
  DEVICE_STATE_UNEXPECTED: {
    message: '{port}: expected the device at {wanted}, found {got}',
    fault: 'device',
    httpStatus: 409,
    retryable: false,
    next: 'Look at the console and bring the device to its prompt.',
  },
  DEVICE_FACTS_MISSING: {
    message: '{port}: the device did not tell its {fact}',
    fault: 'device',
    httpStatus: 502,
    retryable: false,
    next: 'Check that the driver fits the device: portwright drivers parse.',
  },
} satisfies ErrorTable;
