/** Commands about who is there and how it is protected: RFC 959 §4.1.1, RFC 2228, RFC 4217. */
import { FRESH_SESSION, told } from './session-data.js';
import type { Command } from './session-data.js';

/** Every name is asked for a password: who exists is not told. */
export const user: Command = (_at, username) => ({
  ...told(331, 'Password required.'),
  event: 'named',
  set: { username },
});

export const pass: Command = ({ data }, password) => ({
  event: 'ask',
  outputs: [{ kind: 'login', username: data.username, password }],
});

/** RFC 4217 §11: what was agreed about TLS stays. */
export const rein: Command = ({ data }) => ({
  ...told(220, 'Ready for a new user.'),
  event: 'logout',
  set: { ...FRESH_SESSION, secure: data.secure, failedLogins: data.failedLogins },
  outputs: [{ kind: 'closeData', reason: 'the user has left' }],
});

export const quit: Command = () => ({ ...told(221, 'Goodbye.'), event: 'bye' });

export const auth: Command = ({ data, terms }, mechanism) => {
  if (!terms.tls) return told(502, 'TLS is not set up here.');
  if (data.secure) return told(503, 'The connection is protected already.');
  // RFC 4217 §3 and §17: TLS-C is an alias; SSL and TLS-P would protect data without being asked.
  if (!['TLS', 'TLS-C'].includes(mechanism.toUpperCase())) return told(504, 'Only AUTH TLS.');
  return {
    ...told(234, 'Start TLS now.'),
    event: 'secure',
    set: { ...FRESH_SESSION, failedLogins: data.failedLogins },
    outputs: [{ kind: 'closeData', reason: 'the connection turns to TLS' }, { kind: 'startTls' }],
  };
};

export const pbsz: Command = ({ data }, size) => {
  if (!data.secure) return told(503, 'First AUTH TLS.');
  if (!/^\d{1,10}$/.test(size)) return told(501, 'PBSZ takes a number.');
  // RFC 4217 §8: TLS has no buffer of its own; 0 is the only size.
  return { ...told(200, 'PBSZ=0'), set: { bufferSized: true } };
};

export const prot: Command = ({ data }, level) => {
  if (!data.bufferSized) return told(503, 'First PBSZ.');
  switch (level.toUpperCase()) {
    case 'P':
      return { ...told(200, 'Data connections are protected.'), set: { protectData: true } };
    case 'C':
      return { ...told(200, 'Data connections are clear.'), set: { protectData: false } };
    case 'S':
    case 'E':
      return told(536, 'TLS knows P and C only.');
    default:
      return told(504, 'PROT takes P or C.');
  }
};
