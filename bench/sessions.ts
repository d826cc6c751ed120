/** What a console session costs in memory, and how much console text the dialogue engine reads in a second. */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { DRIVERS } from '../drivers/index.js';
import { CompiledTable, ExchangeMachine, TextReader } from '../protocols/dialog/index.js';
import type { BenchCase } from './bench-case.js';
import { fleetCases } from './fleet/index.js';

const KB = 1_000;
const SESSIONS = { tcp: 1_000, telnet: 1_000, ssh: 200 } as const;
type Kind = keyof typeof SESSIONS;

function sessionCase(kind: Kind, goalKb: number): BenchCase {
  let servers: ChildProcess | undefined;
  let port = 0;
  return {
    name: `session ${kind}`,
    unit: `kB of heap each, ${String(SESSIONS[kind])} sessions in one process`,
    betterIs: 'lower',
    goal: goalKb,
    peerName: null,
    prepare: async () => {
      const child = spawn(process.execPath, [...process.execArgv, beside('session-servers')], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      servers = child;
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      port = (JSON.parse(line) as Record<Kind, number>)[kind];
    },
    ours: async () => {
      const args = [...process.execArgv, beside('open-sessions'), kind, String(port), String(SESSIONS[kind])];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return (JSON.parse(stdout) as { bytesEach: number }).bytesEach / KB;
    },
    clean: async () => {
      if (servers === undefined) return;
      const exit = once(servers, 'exit');
      servers.kill();
      await exit;
    },
  };
}

/** The built file, or the source where the sources run. */
const beside = (name: string): string =>
  join(import.meta.dirname, `${name}${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`);

/** Bytes that a console server delivers at once. */
const CHUNK_BYTES = 1_460;
/** Long enough that one run is no accident. */
const RUN_US = 1_000_000;

/** Text such as `show interfaces` prints it: synthetic, in the form of IOS. */
function interfaces(): readonly Uint8Array[] {
  const lines = Array.from({ length: 500 }, (_, i) => [
    `GigabitEthernet1/0/${String(i)} is up, line protocol is up (connected)`,
    `  Hardware is Gigabit Ethernet, address is 0023.5e11.${String(1_000 + i)} (bia 0023.5e11.${String(1_000 + i)})`,
    '  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,',
    '     reliability 255/255, txload 1/255, rxload 1/255',
    '  Encapsulation ARPA, loopback not set',
    `     ${String(i * 977)} packets input, ${String(i * 88_888)} bytes, 0 no buffer`,
    '',
  ]);
  const text = new TextEncoder().encode(`${lines.flat().join('\r\n')}\r\n`);
  return Array.from({ length: Math.ceil(text.length / CHUNK_BYTES) }, (_, i) =>
    text.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
  );
}

/** One command with this answer, through the whole engine. */
function exchange(table: CompiledTable, chunks: readonly Uint8Array[]): void {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const reader = new TextReader();
  const machine = new ExchangeMachine({
    ...{ table, reader, intents: ['safe'], prompt: { state: 'exec', text: 'Router#' } },
    exchange: { send: 'show interfaces', silenceMs: 30_000 },
    command: 'show interfaces',
    fill: (template) => template,
  });
  machine.handle({ kind: 'start' }, 0);
  let nowMs = 0;
  for (const chunk of [encode('show interfaces\r\n'), ...chunks, encode('Router#')]) {
    reader.push(chunk);
    machine.handle({ kind: 'received' }, ++nowMs);
  }
  const [last] = machine.handle({ kind: 'time' }, nowMs + 5_000).slice(-1);
  if (last?.kind !== 'done' || last.result.kind !== 'answered') throw new Error('not answered');
}

function dialogueCase(): BenchCase {
  const chunks = interfaces();
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const driver = DRIVERS.find(({ id }) => id === 'cisco-ios');
  if (driver === undefined) throw new Error('no driver');
  const table = new CompiledTable(driver.dialog);
  return {
    name: 'dialogue text',
    unit: 'MB/s of console text on one core',
    betterIs: 'higher',
    goal: 50,
    peerName: null,
    ours: () => {
      // Time of the processor, not of the clock: what one core does, whoever else wants it.
      const began = process.cpuUsage();
      let runs = 0;
      let usedUs = 0;
      for (; usedUs < RUN_US; runs++) {
        exchange(table, chunks);
        const { user, system } = process.cpuUsage(began);
        usedUs = user + system;
      }
      // Bytes a microsecond are MB a second.
      return Promise.resolve((runs * bytes) / usedUs);
    },
  };
}

export const sessionCases = (): readonly BenchCase[] => [
  sessionCase('tcp', 300),
  sessionCase('telnet', 300),
  sessionCase('ssh', 1_000),
  dialogueCase(),
  ...fleetCases(),
];
