/**
 * The size gate: a file has one idea, a function fits a screen. Counts named functions, methods, accessors and closures
 * with a block; a nested one counts for itself and in what holds it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { FOLDERS } from './architecture.mjs';
import { ROOT } from './bootstrap.mjs';

/** Past this a file gives a reason in its head. */
const FILE_WARN_LINES = 300;
const FILE_FAIL_LINES = 500;
const FUNCTION_FAIL_LINES = 80;
/** Their callback is a list of tests, not a function that someone reads as one. */
const LISTS_OF_TESTS = new Set(['describe', 'context', 'suite']);

const root = resolve(process.argv[2] ?? ROOT);
const files = sourceFiles().map((path) => measure(path));
const functions = files.flatMap((file) => file.functions);
const tooLong = [
  ...files
    .filter((file) => file.lines > FILE_FAIL_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${FILE_FAIL_LINES}`),
  ...functions
    .filter((found) => found.lines > FUNCTION_FAIL_LINES)
    .map(({ place, name, lines }) => `${place}: ${name} has ${lines} lines, at most ${FUNCTION_FAIL_LINES}`),
];
const long = files.filter((file) => file.lines > FILE_WARN_LINES && file.lines <= FILE_FAIL_LINES);

for (const { path, lines } of long) console.log(`long: ${path} (${lines} lines)`);
for (const line of tooLong) console.log(`too long: ${line}`);
console.log(`files: ${summary(files)}; functions: ${summary(functions)}`);
process.exitCode = tooLong.length > 0 ? 1 : 0;

function sourceFiles() {
  return [...FOLDERS, 'scripts']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.includes('/node_modules/') && !path.includes('/dist/'))
    .map((path) => relative(root, path))
    .sort();
}

function measure(path) {
  const text = readFileSync(join(root, path), 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const functions = [];
  const visit = (node) => {
    if (isMeasured(node)) functions.push(measureFunction(source, path, node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { path, lines: text.split('\n').length - 1, functions };
}

function isMeasured(node) {
  if (!ts.isFunctionLike(node) || node.body === undefined || !ts.isBlock(node.body)) return false;
  const caller = ts.isCallExpression(node.parent) ? node.parent.expression.getText().split('.', 1)[0] : '';
  return !LISTS_OF_TESTS.has(caller);
}

function measureFunction(source, path, node) {
  const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
  const last = source.getLineAndCharacterOfPosition(node.end).line;
  return { place: `${path}:${first + 1}`, name: node.name?.getText(source) ?? 'a closure', lines: last - first + 1 };
}

function summary(measured) {
  const lines = measured.map((item) => item.lines).sort((a, b) => a - b);
  const at = (share) => lines[Math.min(lines.length - 1, Math.floor(lines.length * share))] ?? 0;
  return `${lines.length}, lines median ${at(0.5)}, p90 ${at(0.9)}, longest ${lines.at(-1) ?? 0}`;
}
