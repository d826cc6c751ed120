/** Commands about files: RFC 959 §4.1.3, RFC 3659. What there is, `virtual-folder.ts` says. */
import { factsOf, machineListing, nameListing, timeValue, unixListing } from './listing.js';
import { refused, told } from './session-data.js';
import type { Command, DataJob, Situation, Step } from './session-data.js';
import { entriesOf, look, resolveName } from './virtual-folder.js';
import type { Entry } from './virtual-folder.js';

const NOTHING = 'No such file or folder.';

export const pwd: Command = ({ data }) => told(257, `"${data.folder.replaceAll('"', '""')}" is the current folder.`);

export const cwd: Command = ({ data, file }, name) => {
  const folder = resolveName(data.folder, name);
  if (look(file, folder).kind !== 'folder') return told(550, NOTHING);
  return { ...told(250, 'Folder changed.'), set: { folder } };
};

export const cdup: Command = (at) => cwd(at, '..');

export const size: Command = ({ data, file }, name) => {
  if (look(file, resolveName(data.folder, name)).kind !== 'file' || file.sizeBytes === undefined) {
    return told(550, NOTHING);
  }
  // RFC 3659 §4: the size as it would be moved; counting line ends means reading all of it.
  return data.ascii ? told(550, 'SIZE only after TYPE I.') : told(213, String(file.sizeBytes));
};

export const mdtm: Command = ({ data, file }, name) => {
  const isThere = look(file, resolveName(data.folder, name)).kind === 'file' && file.sizeBytes !== undefined;
  return isThere ? told(213, timeValue(file.modifiedMs)) : told(550, NOTHING);
};

export const mlst: Command = ({ data, file }, name) => {
  const absolute = resolveName(data.folder, name);
  const { kind } = look(file, absolute);
  if (kind === 'nothing' || (kind === 'file' && file.sizeBytes === undefined)) return told(550, NOTHING);
  const entry = { folder: kind === 'folder', sizeBytes: file.sizeBytes ?? 0 };
  return told(250, [`Listing ${absolute}`, `${factsOf(file, entry, data.facts)} ${absolute}`, 'End']);
};

export const retr: Command = ({ data, file }, name) => {
  if (look(file, resolveName(data.folder, name)).kind !== 'file') return refused(550, NOTHING);
  if (file.access !== 'fetch') return refused(550, 'This file is to be sent here.');
  if (data.ascii && data.restart > 0) return beyond('REST only with TYPE I.');
  if (data.restart > (file.sizeBytes ?? 0)) return beyond(`The file ends at byte ${file.sizeBytes ?? 0}.`);
  return begin(data, { kind: 'send', offset: data.restart, ascii: data.ascii, path: file.path });
};

export const stor: Command = (at, name) => bring(at, name, at.data.restart);

/** Goes on behind what came before. */
export const appe: Command = (at, name) => bring(at, name, at.file.sizeBytes ?? 0);

function bring({ data, file }: Situation, name: string, offset: number): Step {
  if (look(file, resolveName(data.folder, name)).kind !== 'file') return refused(553, 'No such name may be stored.');
  if (file.access !== 'bring') return refused(550, 'This file is only for fetching.');
  if (data.ascii && offset > 0) return beyond('Only TYPE I can go on behind what is there.');
  if (offset > (file.sizeBytes ?? 0)) return beyond(`The file ends at byte ${file.sizeBytes ?? 0}.`);
  return begin(data, { kind: 'receive', offset, ascii: data.ascii, path: file.path });
}

/** RFC 3659 §5.3: REST and the command behind it do not fit. The next transfer begins anew. */
function beyond(text: string): Step {
  return { ...told(554, text), set: { restart: 0 } };
}

/** RFC 959 §4.1.3: space that a transfer will need. Told before a byte is moved, where it cannot fit. */
export const allo: Command = ({ file }, argument) => {
  const bytes = /^(\d{1,16})(?: R \d+)?$/i.exec(argument)?.[1];
  if (bytes === undefined) return told(501, 'ALLO takes a number of bytes.');
  if (file.maxBytes !== undefined && Number(bytes) > file.maxBytes) {
    return refused(552, `At most ${file.maxBytes} bytes are taken.`);
  }
  return told(202, 'No space need be asked for.');
};

export const list: Command = (at, argument) =>
  listed(at, withoutSwitches(argument), (entries) => unixListing(at.file, entries));

export const nlst: Command = (at, argument) => listed(at, withoutSwitches(argument), nameListing);

export const mlsd: Command = (at, name) => {
  if (look(at.file, resolveName(at.data.folder, name)).kind === 'file') return told(501, 'MLSD is for folders.');
  return listed(at, name, (entries) => machineListing(at.file, entries, at.data.facts));
};

function listed({ data, file }: Situation, name: string, write: (entries: readonly Entry[]) => string): Step {
  const entries = entriesOf(file, resolveName(data.folder, name));
  if (entries === undefined) return told(550, NOTHING);
  return begin(data, { kind: 'text', text: write(entries) });
}

/** A data connection is made, if there is a place for it. */
function begin({ endpoint, protectData }: Situation['data'], job: DataJob): Step {
  const set = { restart: 0, endpoint: { kind: 'none' } } as const;
  if (endpoint.kind === 'none') return { ...told(425, 'First PASV, EPSV, PORT or EPRT.'), set };
  return {
    event: 'begin',
    set: { ...set, job },
    outputs: [{ kind: 'openData', endpoint, tls: protectData }],
  };
}

/** `LIST -la name`: switches of `ls` that clients send. */
function withoutSwitches(argument: string): string {
  return argument.replace(/^(?:-\S*(?: +|$))+/, '');
}
