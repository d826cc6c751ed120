/**
 * `docs/actions.md` from the parameter schemas of the actions. `--write` writes it; `--check` fails where the page says
 * something else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS } from '../actions/index.js';
import type { Action } from '../core/action.js';

const PAGE = join(import.meta.dirname, '../docs/actions.md');

const HEAD = `# Actions

What rules, schedules and the API can start: \`{ "pushOs": { "version": "candidate" } }\`. The actions of a rule or schedule form
one chain; each starts when the one before it succeeded. An action that uses the device is a job that waits for its port. One that
does not starts at once; what it sends goes out at least once, also after a crash, and carries the job's id, by which a receiver
can tell a repetition (\`Idempotency-Key\`, \`Message-ID\`, MSGID of syslog, \`Nats-Msg-Id\`). Text in \`{{…}}\` is filled in
([rules.md](rules.md#slots)).

This page is made from the parameter schemas by \`npm run docs:actions\`.
`;

interface Parameter {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Parameter[];
}

function page(): string {
  const rows = ACTIONS.map(({ name, description, uses, intent }) => {
    const device = uses === 'none' ? 'no' : intent === 'write' ? 'yes, writes' : 'yes, reads';
    return `| [\`${name}\`](#${name.toLowerCase()}) | ${device} | ${cell(description)} |`;
  });
  const table = ['| name | uses the device | what it does |', '|---|---|---|', ...rows].join('\n');
  return `${HEAD}\n${table}\n\n${ACTIONS.map(section).join('\n\n')}\n`;
}

function section({ name, description, parameters }: Action): string {
  const properties = parameters['properties'] as Readonly<Record<string, Parameter>>;
  const required = (parameters['required'] ?? []) as readonly string[];
  const rows = Object.entries(properties).map(([key, schema]) => {
    const cells = [`\`${key}\``, kindOf(schema), required.includes(key) ? 'yes' : 'no', cell(schema.description ?? '')];
    return `| ${cells.join(' | ')} |`;
  });
  const head = '| parameter | value | must be there | meaning |\n|---|---|---|---|';
  return [`## ${name}`, '', description, '', head, ...rows].join('\n');
}

function kindOf({ type, enum: choices, oneOf }: Parameter): string {
  if (choices !== undefined) return choices.map((choice) => `\`${String(choice)}\``).join(', ');
  if (oneOf !== undefined) return oneOf.map(kindOf).join(' or ');
  return [type ?? 'any'].flat().join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

const wanted = page();
if (process.argv.includes('--write')) {
  writeFileSync(PAGE, wanted);
} else if (readFileSync(PAGE, 'utf8') !== wanted) {
  console.error('docs/actions.md is not what the schemas say: run npm run docs:actions');
  process.exitCode = 1;
}
