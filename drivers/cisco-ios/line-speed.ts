/**
 * The console's speed on Cisco IOS, at its ROM monitor and at the `switch:` loader (vendors §3.4).
 * IOS: `speed` below `line console 0` takes effect at once and is stored only by `write memory`.
 * ROM monitor: `confreg` asks, and `reset` makes it so. `switch:`: `set BAUD` takes effect at once on most models, is kept
 * in the loader's own variables, and Cisco's recovery note says to `unset BAUD` where setting 9600 does not bring it back.
 */
import type { Exchange, QuestionRow } from '../../core/dialog-table.js';
import type { LineSpeed, SpeedChange } from '../../core/line-speed.js';

/** A configuration or loader command answers at once. */
const COMMAND_SILENCE_MS = 10_000;
/** After the command that changes the speed: its echo is over by then, also behind a satellite link. */
const CHANGE_SILENCE_MS = 1_000;
/** After `reset`: its echo is over, and the first words of the boot have not come. */
const RESET_SILENCE_MS = 400;
const RETURN = '\r';

const inIos: SpeedChange = {
  lead: [
    { send: 'configure terminal', until: ['config'], silenceMs: COMMAND_SILENCE_MS },
    { send: 'line console 0', until: ['config'], silenceMs: COMMAND_SILENCE_MS },
  ],
  change: { send: 'speed {{baudRate:int}}', until: ['config'], silenceMs: CHANGE_SILENCE_MS },
  hail: RETURN,
  trail: [{ send: 'end', until: ['exec'], silenceMs: COMMAND_SILENCE_MS }],
};

export const iosLineSpeed: LineSpeed = {
  baudRates: [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200],
  raise: inIos,
  restore: [inIos],
  lasting: false,
};

const loader = (send: string, more: Partial<Exchange> = {}): Exchange => ({
  send,
  until: ['loader'],
  silenceMs: COMMAND_SILENCE_MS,
  ...more,
});

const inRommon: SpeedChange = {
  lead: [loader('confreg')],
  change: loader('reset', { silenceMs: RESET_SILENCE_MS }),
  hail: RETURN,
  boots: true,
  trail: [],
};

/** The rates of the configuration register, bits 5, 11 and 12, by the numbers that `confreg` gives them. */
const rommonLineSpeed: LineSpeed = {
  at: '^rommon \\d+ ?> ?$',
  baudRates: [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200],
  codes: { 9600: '0', 4800: '1', 1200: '2', 2400: '3', 19_200: '4', 38_400: '5', 57_600: '6', 115_200: '7' },
  raise: inRommon,
  restore: [inRommon],
  lasting: true,
};

const setBaud: SpeedChange = {
  lead: [],
  change: loader('set BAUD {{baudRate:int}}', { silenceMs: CHANGE_SILENCE_MS }),
  hail: RETURN,
  trail: [],
};

const switchLineSpeed: LineSpeed = {
  at: '^switch: ?$',
  baudRates: [9600, 19_200, 38_400, 57_600, 115_200],
  raise: setBaud,
  // Without the variable the loader is at 9600; where it was at another speed before, that one is set again.
  restore: [{ ...setBaud, change: loader('unset BAUD', { silenceMs: CHANGE_SILENCE_MS }) }, setBaud],
  lasting: true,
};

export const loaderLineSpeeds: readonly LineSpeed[] = [rommonLineSpeed, switchLineSpeed];

/** What `confreg` asks. Everything but the console's speed stays as it is. */
export const CONFREG_QUESTIONS: readonly QuestionRow[] = [
  {
    id: 'confreg-change',
    pattern: 'do you wish to change the configuration\\? y/n +\\[n\\]: *$',
    answer: 'y',
    answerAgain: 'n',
    key: false,
    intent: 'recover',
  },
  {
    id: 'confreg-keep',
    pattern: '(?:enable|disable) +"[^"]{1,60}"\\? y/n +\\[n\\]: *$',
    answer: 'n',
    key: false,
    intent: 'recover',
  },
  {
    id: 'confreg-speed',
    pattern: 'change console baud rate\\? y/n +\\[n\\]: *$',
    answer: 'y',
    key: false,
    intent: 'recover',
  },
  { id: 'confreg-rate', pattern: '7 = 115200 +\\[\\d\\]: *$', answer: '{{baudCode}}', key: false, intent: 'recover' },
  {
    id: 'confreg-boot',
    pattern: 'change the boot characteristics\\? y/n +\\[n\\]: *$',
    answer: 'n',
    key: false,
    intent: 'recover',
  },
];
