/** Commands that only ask or tell: RFC 959 §4.1.3, RFC 2389 (FEAT, OPTS), RFC 2640, RFC 3659 §7.9. */
import { FACTS } from './listing.js';
import { told } from './session-data.js';
import type { Command } from './session-data.js';

export const noop: Command = () => told(200, 'Done.');

/** What makes clients read LIST as `ls -l`. */
export const syst: Command = () => told(215, 'UNIX Type: L8');

export const help: Command = () => told(214, 'One file for one login; see your transfer job.');

export const acct: Command = () => told(202, 'No account is needed.');

export const feat: Command = ({ data, terms }) => {
  const facts = FACTS.map((fact) => `${fact}${data.facts.includes(fact) ? '*' : ''};`).join('');
  const tls = terms.tls ? ['AUTH TLS', 'PBSZ', 'PROT'] : [];
  const all = ['EPRT', 'EPSV', 'MDTM', `MLST ${facts}`, 'REST STREAM', 'SIZE', 'UTF8', ...tls];
  return told(211, ['Extensions:', ...all, 'End']);
};

export const opts: Command = (_at, argument) => {
  const [name = '', value = ''] = argument.split(/ +(.*)/, 2);
  switch (name.toUpperCase()) {
    case 'UTF8':
    case 'UTF-8':
      // RFC 2640: names are UTF-8 always.
      return /^(?:ON)?$/i.test(value) ? told(200, 'Names are UTF-8.') : told(504, 'Names are UTF-8 always.');
    case 'MLST': {
      const wanted = value.toLowerCase().split(';');
      const facts = FACTS.filter((fact) => wanted.includes(fact));
      return { ...told(200, `MLST OPTS ${facts.map((fact) => `${fact};`).join('')}`.trimEnd()), set: { facts } };
    }
    default:
      return told(501, 'No such option.');
  }
};

export const stat: Command = ({ data }, argument) => {
  if (argument !== '') return told(504, 'STAT of a name is not done; use MLST.');
  const lines = [
    `Type ${data.ascii ? 'ASCII' : 'binary'}, mode stream, structure file.`,
    data.secure ? 'The control connection is protected.' : 'The control connection is clear.',
    data.job === undefined ? 'No transfer runs.' : 'A transfer runs.',
  ];
  return told(211, ['Status:', ...lines, 'End']);
};

/** Known, and never done here. */
export const notHere: Command = () => told(502, 'Not available.');

/** Files are not changed but by bringing one. */
export const denied: Command = () => told(550, 'Permission denied.');
