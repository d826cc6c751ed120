/**
 * The lab as a program of its own:
 *
 *   node dist/lab/main.js start FILE [--json]     run the devices of a lab file until SIGTERM, SIGINT or `stop`
 *   node dist/lab/main.js list                    the devices that there are
 *   node dist/lab/main.js ask SOCKET REQUEST      one request to a running lab, as in control.ts
 *   node dist/lab/main.js line --baud 9600 --seed 7 …    a slow and bad serial line between two pseudo terminals, as in line/line-command.ts
 *   node dist/lab/main.js image FILE FAMILY VERSION [BYTES [VENDOR]]    an image that such a device takes
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PortwrightError } from '../core/errors/index.js';
import { askLab } from './control-client.js';
import { ControlServer } from './control.js';
import type { ControlRequest } from './control.js';
import { makeImage } from './image.js';
import { Lab } from './lab.js';
import { readLabFile } from './lab-file.js';
import { LINE_USAGE, runLine } from './line/line-command.js';
import { DEVICE_NAMES } from './spec.js';

/** Bytes of an image where none are asked for: half a minute of XMODEM at 460800 baud, a second of TFTP. */
const IMAGE_BYTES = 1_200_000;

/** Where the answers of the commands go. */
type Print = (line: string) => void;

const USAGE = `usage: start FILE [--json] | list | ask SOCKET REQUEST | image FILE FAMILY VERSION [BYTES [VENDOR]] | ${LINE_USAGE}`;

/** Runs one command; resolves with the exit code: 0, or 2 for what was typed wrong. Errors: LAB_*. */
export async function runLab(args: readonly string[], print: Print): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'start':
      return start(rest, print);
    case 'list':
      for (const name of DEVICE_NAMES) print(name);
      return 0;
    case 'ask':
      return ask(rest, print);
    case 'image':
      return image(rest, print);
    case 'line':
      return runLine(rest, print);
    default:
      print(USAGE);
      return 2;
  }
}

/** Runs until it is told to end. The line `ready` (with `--json` one JSON document) says that every console stands. */
async function start(args: readonly string[], print: Print): Promise<number> {
  const path = args.find((arg) => !arg.startsWith('--'));
  if (path === undefined) {
    print(USAGE);
    return 2;
  }
  const file = readLabFile(path);
  const lab = new Lab(file);
  await lab.start();
  let stop: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const socketPath = file.control ?? join(file.folder, 'control.sock');
  const control = new ControlServer({ lab, socketPath, onStop: () => stop() });
  await control.start();
  process.once('SIGTERM', () => stop());
  process.once('SIGINT', () => stop());
  if (args.includes('--json')) print(JSON.stringify({ kind: 'ready', control: socketPath, devices: lab.list() }));
  else for (const line of describe(lab, socketPath)) print(line);
  await ended;
  await control.stop();
  await lab.stop();
  return 0;
}

function describe(lab: Lab, socketPath: string): readonly string[] {
  const rows = lab
    .list()
    .map(
      ({ name, device, console, ssh, telnet }) =>
        `${name}  ${device}  console ${console}${ssh === undefined ? '' : `  ssh ${ssh}`}${telnet === undefined ? '' : `  telnet ${telnet}`}`,
    );
  return [...rows, `control ${socketPath}`, 'ready'];
}

async function ask([socketPath, request]: readonly string[], print: Print): Promise<number> {
  if (socketPath === undefined || request === undefined) {
    print(USAGE);
    return 2;
  }
  print(JSON.stringify(await askLab(socketPath, JSON.parse(request) as ControlRequest)));
  return 0;
}

function image(
  [path, family, version, bytes = String(IMAGE_BYTES), vendor = 'cisco']: readonly string[],
  print: Print,
): number {
  if (path === undefined || family === undefined || version === undefined || !/^[1-9]\d{0,8}$/.test(bytes)) {
    print(USAGE);
    return 2;
  }
  writeFileSync(path, makeImage({ vendor, family, version }, Number(bytes)));
  return 0;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  runLab(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`)).then(
    (exitCode) => {
      process.exitCode = exitCode;
    },
    (error: unknown) => {
      const text = error instanceof PortwrightError ? `${error.message}\n${error.next}` : String(error);
      process.stderr.write(`${text}\n`);
      process.exitCode = 1;
    },
  );
}
