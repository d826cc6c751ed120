/**
 * Uplogix rule text into rules, rulesets and monitors. Never throws; each line has a part in the result or a remark.
 *
 *   top ─rule─► rule ─conditions─► conditions ─exit─► rule ─exit─► top
 *   top ─ruleset─► set ─rules─► list ─exit─► set ─exit─► top
 */
import { readConditionLine } from './condition-line.js';
import { readMoment } from './moment.js';
import { readMonitorLine } from './monitor-line.js';
import { readNameList } from './name-list.js';
import { sourceLines } from './source-lines.js';
import type { SourceLine } from './source-lines.js';
import type { ActionLine, ConditionLine, MonitorText, Remark, RulesetText, RuleText, UplogixText } from './syntax.js';

const HEAD = /^(?:(config|conf)\s+)?(rule|ruleset)\s+(\S.*)$/i;
const CONFIG_OTHER = /^(?:config|conf)\s+(monitors?|restrict)\b\s*(.*)$/i;
const PORT_IN_PROMPT = /\(port\s*([\w/.-]+)\)/i;

type Place = 'top' | 'rule' | 'conditions' | 'set' | 'list';

/** Both kinds of block while they are read. */
interface Block {
  readonly line: number;
  readonly name: string;
  readonly kind: 'rule' | 'ruleset';
  /** Opened at a prompt: lines without one are what the appliance printed. */
  readonly prompted: boolean;
  description?: string;
  activeFrom?: string;
  activeUntil?: string;
  conditions: ConditionLine[];
  actions: ActionLine[];
  list: { line: number; text: string }[];
  broken: boolean;
  /** A subcommand on the line before may go on in this one (A20). */
  open: 'action' | undefined;
}

export function parseUplogix(text: string): UplogixText {
  const parser = new Parser();
  for (const line of sourceLines(text)) parser.take(line);
  return parser.end();
}

class Parser {
  readonly #rules = new Map<string, RuleText>();
  readonly #rulesets = new Map<string, RulesetText>();
  readonly #monitors = new Map<string, MonitorText>();
  readonly #remarks: Remark[] = [];
  readonly #understood = new Set<number>();
  readonly #deleted: { readonly line: number; readonly name: string; next?: string }[] = [];
  #place: Place = 'top';
  #block: Block | undefined;

  readonly #tell = (line: number, kind: Remark['kind'], code: string, text: string): void => {
    this.#remarks.push({ line, kind, code, text });
  };

  take(line: SourceLine): void {
    const block = this.#block;
    const head = HEAD.exec(line.text);
    const isCommand = head?.[1] !== undefined || CONFIG_OTHER.test(line.text);
    if (block?.prompted === true && line.prompt === undefined && !isCommand) {
      this.#tell(line.number, 'skipped', 'output', 'printed by the appliance');
      return;
    }
    if (block !== undefined && isCommand) {
      this.#tell(line.number, 'fault', 'missing-exit', `${block.kind} ${block.name} has no exit before this line`);
      this.#close();
    }
    if (this.#block === undefined) this.#top(line, head);
    else if (this.#place === 'conditions') this.#condition(line, this.#block);
    else if (this.#place === 'list') this.#listLine(line, this.#block);
    else this.#subcommand(line, this.#block);
  }

  end(): UplogixText {
    const { line, name } = this.#block ?? {};
    if (line !== undefined) this.#tell(line, 'fault', 'missing-exit', `${name ?? ''} has no exit before the end`);
    this.#close();
    for (const { line: at, name: gone, next } of this.#deleted) {
      if (next === undefined || next === gone || this.#rules.has(gone) || this.#rulesets.has(gone)) continue;
      this.#tell(at, 'fault', 'name-mismatch', `deletes ${gone}, and ${next} is defined`);
    }
    return {
      ...{ rules: [...this.#rules.values()], rulesets: [...this.#rulesets.values()] },
      ...{ monitors: [...this.#monitors.values()], understood: this.#understood },
      remarks: [...this.#remarks].sort((a, b) => a.line - b.line),
    };
  }

  #top(line: SourceLine, head: RegExpExecArray | null): void {
    const other = CONFIG_OTHER.exec(line.text);
    if (other !== null) {
      this.#other(line, (other[1] ?? '').toLowerCase(), other[2] ?? '');
      return;
    }
    const [, config, kind = '', rest = ''] = head ?? [];
    const deletion = /^no\s+(\S+)$/i.exec(rest)?.[1];
    if (deletion !== undefined) {
      this.#understood.add(line.number);
      this.#deleted.push({ line: line.number, name: deletion });
    } else if (head === null || (config === undefined && /\s/.test(rest))) {
      this.#tell(line.number, 'skipped', 'no-rule-text', 'is outside of rules, rulesets and monitors');
    } else this.#open(line, kind.toLowerCase() === 'rule' ? 'rule' : 'ruleset', rest);
  }

  #open(line: SourceLine, kind: Block['kind'], name: string): void {
    this.#understood.add(line.number);
    if (/\s/.test(name)) this.#tell(line.number, 'fault', 'blank-in-name', `a name has no blanks: "${name}"`);
    const last = this.#deleted.at(-1);
    if (last !== undefined) last.next ??= name;
    const lists = { conditions: [], actions: [], list: [] };
    const prompted = line.prompt !== undefined;
    this.#block = { line: line.number, name, kind, prompted, ...lists, broken: false, open: undefined };
    this.#place = kind === 'rule' ? 'rule' : 'set';
  }

  #other(line: SourceLine, word: string, rest: string): void {
    if (word === 'restrict') {
      this.#tell(line.number, 'unexpressed', 'restrict', 'use a throttle, a window, or a hold');
      return;
    }
    if (/^(?:no|show)\b/i.test(rest)) {
      this.#tell(line.number, 'skipped', 'no-rule-text', 'changes nothing that is imported');
      return;
    }
    const port = PORT_IN_PROMPT.exec(line.prompt ?? '')?.[1];
    const monitor = readMonitorLine(line.number, rest, port, this.#tell);
    if (monitor === undefined) {
      this.#tell(line.number, 'fault', 'monitor-without-object', 'names nothing that is monitored');
      return;
    }
    this.#understood.add(line.number);
    const key = [monitor.port, monitor.object, monitor.instance].join(' ');
    const former = this.#monitors.get(key);
    if (former !== undefined) this.#tell(line.number, 'fault', 'defined-again', `replaces line ${String(former.line)}`);
    this.#monitors.set(key, monitor);
  }

  #subcommand(line: SourceLine, block: Block): void {
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line.text) ?? [];
    const key = word.toLowerCase();
    const { open } = block;
    block.open = undefined;
    if (key === 'exit' && rest === '') {
      this.#understood.add(line.number);
      this.#close();
    } else if (key === 'description') {
      this.#understood.add(line.number);
      block.description = rest.replace(/^"(.*)"$/, '$1');
    } else if (key === 'show' || key === 'no') {
      this.#tell(line.number, 'skipped', 'no-rule-text', 'changes nothing that is imported');
    } else if (block.kind === 'ruleset') this.#setLine(line, block, key, rest);
    else this.#ruleLine(line, block, key, rest, open);
  }

  #setLine(line: SourceLine, block: Block, key: string, rest: string): void {
    if (key !== 'rules') {
      this.#tell(line.number, 'fault', 'unknown-line', 'no subcommand of a ruleset');
      return;
    }
    this.#understood.add(line.number);
    if (rest !== '') block.list.push({ line: line.number, text: rest });
    this.#place = 'list';
  }

  #ruleLine(line: SourceLine, block: Block, key: string, rest: string, open: Block['open']): void {
    const action = /^(\S+)\s*(.*)$/.exec(rest);
    if (key === 'action' && action !== null) {
      this.#understood.add(line.number);
      block.actions.push({ line: line.number, name: action[1] ?? '', rest: action[2] ?? '' });
      block.open = 'action';
    } else if (key === 'conditions' && rest === '') {
      this.#understood.add(line.number);
      this.#place = 'conditions';
    } else if (key === 'start' || key === 'expire') this.#moment(line, block, key, rest);
    else if (open === 'action') this.#goesOn(line, block);
    else this.#tell(line.number, 'fault', 'unknown-line', 'no subcommand of a rule');
  }

  /** A20: a line that no subcommand begins goes on with the action above, without a blank. */
  #goesOn(line: SourceLine, block: Block): void {
    const action = block.actions.pop();
    if (action === undefined) return;
    this.#understood.add(line.number);
    this.#tell(line.number, 'fault', 'wrapped-line', 'is read as the rest of the action above, without a blank');
    block.actions.push({ ...action, rest: action.rest + line.text });
    block.open = 'action';
  }

  #moment(line: SourceLine, block: Block, word: 'start' | 'expire', text: string): void {
    const moment = readMoment(word, text);
    if (moment === undefined) {
      block.broken = true;
      this.#tell(line.number, 'fault', 'no-moment', `"${text}" is no MMDDYYYYHHMMSS; the rule is left out`);
      return;
    }
    this.#understood.add(line.number);
    if (word === 'start') block.activeFrom = moment;
    else block.activeUntil = moment;
  }

  #condition(line: SourceLine, block: Block): void {
    const { number, text } = line;
    if (/^exit$/i.test(text)) {
      this.#understood.add(number);
      this.#place = 'rule';
      return;
    }
    if (/^(?:no|show)\b/.test(text)) {
      this.#tell(number, 'skipped', 'no-rule-text', 'changes nothing that is imported');
      return;
    }
    const condition = readConditionLine(number, text, this.#tell);
    if (condition === undefined) {
      block.broken = true;
      this.#tell(number, 'fault', 'no-condition', 'no known form of a condition; the rule is left out');
      return;
    }
    this.#understood.add(number);
    const last = block.conditions.at(-1);
    if (last !== undefined && last.connector === undefined) {
      // A14
      this.#tell(last.line, 'fault', 'missing-connector', 'neither AND nor OR before the next line; read as AND');
    }
    block.conditions.push(condition);
  }

  #listLine({ number, text }: SourceLine, block: Block): void {
    this.#understood.add(number);
    if (/^exit$/i.test(text)) this.#place = 'set';
    else block.list.push({ line: number, text });
  }

  #close(): void {
    const block = this.#block;
    this.#block = undefined;
    this.#place = 'top';
    if (block === undefined) return;
    const { line, name, description, activeFrom, activeUntil, conditions, actions, broken } = block;
    const last = conditions.at(-1);
    if (last?.connector !== undefined)
      this.#tell(last.line, 'fault', 'nothing-joined', `${last.connector} joins this line with nothing; left out`);
    const told = { line, name, ...(description === undefined || description === '' ? {} : { description }) };
    const known: Map<string, { readonly line: number }> = block.kind === 'rule' ? this.#rules : this.#rulesets;
    const former = known.get(name);
    // A27
    if (former !== undefined) this.#tell(line, 'fault', 'defined-again', `replaces line ${String(former.line)}`);
    if (block.kind === 'ruleset') {
      this.#rulesets.set(name, { ...told, stages: readNameList(block.list, this.#tell) });
      return;
    }
    const times = {
      ...(activeFrom === undefined ? {} : { activeFrom }),
      ...(activeUntil === undefined ? {} : { activeUntil }),
    };
    this.#rules.set(name, { ...told, ...times, conditions, actions, broken });
  }
}
