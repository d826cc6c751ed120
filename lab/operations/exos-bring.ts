/** The bytes of a download of ExtremeXOS: by TFTP through the relay, by HTTP and FTP with curl. */
import type { ScriptContext } from '../machine.js';
import type { TransferFailure } from '../transfers/agent.js';
import { fetchUrl, urlProgram } from '../transfers/url-client.js';
import { Weather } from '../transfers/weather.js';
import { misaskedUrl } from './copy-url.js';
import { GIVE_UP_MS, TftpFetch } from './tftp-fetch.js';
import { isUnreachable, reportTransfer } from './transfer-file.js';

/** One dot stands for so many bytes: sixteen datagrams of 512. */
const BYTES_PER_DOT = 8192;
const BLOCKS_PER_DOT = 16;

type Brought = TransferFailure | 'received';

export async function bringByTftp(context: ScriptContext): Promise<Brought> {
  const { machine, slots, signal, terminal } = context;
  const { server = '', source = '', file = '' } = slots;
  const target = machine.relay.target(server.replace(/:\d+$/, ''));
  if (target === undefined || machine.faults.strikes('tftp-timeout') || isUnreachable(context)) {
    await machine.clock.sleep(GIVE_UP_MS, signal);
    return 'timeout';
  }
  const program = await machine.agent.tftpProgram();
  const report = { method: 'tftp', program, file, startedAtMs: machine.clock.monotonicMs } as const;
  const hasDots = !machine.faults.strikes('zero-dots');
  const fetch = new TftpFetch(context, {
    ...{ remoteFile: source, file, onBegin: () => undefined },
    onBlock: (blocks) => {
      if (hasDots && blocks % BLOCKS_PER_DOT === 0) terminal.print('.');
    },
  });
  const { outcome, bytes } = await fetch.run(target);
  const ended = outcome.kind === 'failed' ? outcome.failure : 'received';
  reportTransfer(context, report, bytes, signal.aborted ? 'power lost' : ended);
  if (outcome.kind === 'received') terminal.print(`\nLab: bytes moved by ${program}`);
  return ended;
}

export async function bringByUrl(context: ScriptContext, scheme: 'http' | 'ftp'): Promise<Brought> {
  const { machine, slots, signal, terminal } = context;
  const { server = '', source = '', file = '', user = '', password = '' } = slots;
  const target = machine.hosts[scheme]?.get(server.replace(/:\d+$/, ''));
  if (target === undefined || isUnreachable(context)) {
    await machine.clock.sleep(GIVE_UP_MS, signal);
    return 'timeout';
  }
  const program = await urlProgram(scheme);
  const startedAtMs = machine.clock.monotonicMs;
  let shown = 0;
  let come = 0;
  const outcome = await fetchUrl({
    ...{ ...target, scheme, signal, path: source, localPath: machine.flash.incomingPath(file) },
    ...{ username: user, password, weather: new Weather(machine.faults), giveUpMs: machine.clock.wallMs(GIVE_UP_MS) },
    ...misaskedUrl(machine.faults, scheme, slots),
    onBytes: (bytes) => {
      come = bytes;
      for (; shown < Math.floor(bytes / BYTES_PER_DOT); shown += 1) terminal.print('.');
      context.reachBytes(bytes);
    },
  });
  const ended = outcome.kind === 'failed' ? outcome.failure : 'received';
  reportTransfer(context, { method: scheme, program, file, startedAtMs }, come, signal.aborted ? 'power lost' : ended);
  if (outcome.kind === 'received') terminal.print(`\nLab: bytes moved by ${program}`);
  return ended;
}
