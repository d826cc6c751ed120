/** Commands about the data connection and its form: RFC 959 §4.1.2, RFC 2428, RFC 2577 §3, RFC 3659 §5. */
import { extendedPassiveText, parseEprt, parsePort, passiveText, plainHost, sameHost } from './data-address.js';
import type { DataAddress } from './data-address.js';
import type { Reply } from './reply.js';
import { refused, told } from './session-data.js';
import type { Command, SessionData, SessionTerms, Situation, Step } from './session-data.js';

/** RFC 2577 §3: no data connection to the ports of well-known services. */
const FIRST_DATA_PORT = 1024;
/** Offsets that a file of ours can have. */
const MAX_OFFSET = Number.MAX_SAFE_INTEGER;

export const port: Command = (at, argument) => active(at, parsePort(argument));

export const eprt: Command = (at, argument) => {
  const parsed = parseEprt(argument);
  if (parsed === 'family') return told(522, 'Network protocol not supported, use (1,2)');
  return active(at, parsed);
};

/** RFC 2577 §3: only to who asks. */
function active({ data, terms }: Situation, address: DataAddress | undefined): Step {
  if (data.onlyEpsv) return told(501, 'After EPSV ALL only EPSV.');
  if (address === undefined) return told(501, 'That is no address.');
  if (!sameHost(address.host, terms.peerHost)) return refused(504, 'Data connections only to your own address.');
  if (address.port < FIRST_DATA_PORT) return refused(504, `Data connections only to ports from ${FIRST_DATA_PORT}.`);
  return {
    ...told(200, 'The next data connection goes there.'),
    set: { endpoint: { kind: 'active', host: plainHost(address.host), port: address.port } },
    outputs: [{ kind: 'closeData', reason: 'another data connection was asked for' }],
  };
}

export const pasv: Command = ({ data }) => {
  if (data.onlyEpsv) return told(501, 'After EPSV ALL only EPSV.');
  return listen('pasv');
};

export const epsv: Command = ({ terms }, argument) => {
  if (argument.toUpperCase() === 'ALL') return { ...told(200, 'Only EPSV from now on.'), set: { onlyEpsv: true } };
  const family = plainHost(terms.peerHost).includes(':') ? '2' : '1';
  if (argument !== '' && !/^\d{1,5}$/.test(argument)) return told(501, 'EPSV takes a protocol number or ALL.');
  // RFC 2428 §3: the data connection has the protocol of the control connection.
  if (argument !== '' && argument !== family) return told(522, `Network protocol not supported, use (${family})`);
  return listen('epsv');
};

function listen(passiveForm: 'pasv' | 'epsv'): Step {
  return {
    event: 'listen',
    set: { passiveForm, endpoint: { kind: 'none' } },
    outputs: [{ kind: 'closeData', reason: 'another data connection was asked for' }, { kind: 'listen' }],
  };
}

/** The answer to PASV or EPSV, once our listener is there. */
export function passiveReply({ passiveForm }: SessionData, { passiveHost }: SessionTerms, port: number): Reply {
  if (passiveForm === 'epsv') return { code: 229, text: extendedPassiveText(port) };
  const text = passiveText({ host: passiveHost, port });
  return text === undefined ? { code: 425, text: 'PASV is for IPv4; use EPSV.' } : { code: 227, text };
}

/** RFC 959 §3.1.1: A and I, and L 8, which is I. Only non-print format. */
export const type: Command = (_at, argument) => {
  switch (argument.toUpperCase()) {
    case 'A':
    case 'A N':
      return { ...told(200, 'Type is ASCII.'), set: { ascii: true } };
    case 'I':
    case 'L 8':
      return { ...told(200, 'Type is binary.'), set: { ascii: false } };
    default:
      return told(504, 'Only TYPE A and TYPE I.');
  }
};

export const mode: Command = (_at, argument) =>
  argument.toUpperCase() === 'S' ? told(200, 'Mode is stream.') : told(504, 'Only MODE S.');

export const stru: Command = (_at, argument) =>
  argument.toUpperCase() === 'F' ? told(200, 'Structure is file.') : told(504, 'Only STRU F.');

export const rest: Command = (_at, argument) => {
  const restart = Number(argument);
  if (!/^\d{1,16}$/.test(argument) || restart > MAX_OFFSET) return told(501, 'REST takes a number of bytes.');
  return { ...told(350, `The next transfer starts at byte ${restart}.`), set: { restart } };
};

export const abor: Command = ({ data }) =>
  // The running transfer's own 426 goes before it (RFC 959 §4.1.3); the table does that.
  ({
    ...told(226, 'Nothing runs any more.'),
    event: 'abort',
    set: { endpoint: { kind: 'none' }, restart: 0 },
    ...(data.job === undefined && data.endpoint.kind === 'none'
      ? {}
      : { outputs: [{ kind: 'closeData', reason: 'the peer aborted' }] }),
  });
