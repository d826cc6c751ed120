/** Lint rules: typescript-eslint's strictest typed set, and the bans that keep the rings apart (docs/architecture.md). */
import tseslint from 'typescript-eslint';

/** No socket, file, clock, timer or randomness: time is an argument, the next deadline an answer. */
const PURE_RING = ['core', 'protocols', 'drivers', 'rules', 'schedules'];
/** Decides and remembers; time and randomness come through core/ports. */
const WORKING_RING = ['actions', 'jobs', 'store'];

const TIME = 'Time comes from core/ports/clock, or as nowMs: tests run in simulated time.';
const RANDOM = 'Randomness comes from core/ports/random: a run can be repeated from its seed.';
const OUTPUT = 'Only server and cli speak to people; everything else logs through core/ports/log.';
const PROCESS = 'Environment, signals and exit belong to server and cli.';
const INPUT_OUTPUT = 'The pure ring does no input or output: put it behind an interface in core/ports.';

const bannedInside = [
  { name: 'Date', message: TIME },
  { name: 'performance', message: TIME },
  { name: 'setTimeout', message: TIME },
  { name: 'setInterval', message: TIME },
  { name: 'setImmediate', message: TIME },
  { name: 'console', message: OUTPUT },
  { name: 'process', message: PROCESS },
  { name: 'crypto', message: RANDOM },
];
const bannedPure = [
  ...bannedInside,
  { name: 'Buffer', message: 'Bytes are Uint8Array inside engines; Buffer is Node.' },
  { name: 'fetch', message: INPUT_OUTPUT },
  { name: 'queueMicrotask', message: TIME },
];
const bannedModules = [
  { name: 'node:timers', message: TIME },
  { name: 'node:timers/promises', message: TIME },
  // A lock names the process that holds it.
  { name: 'node:process', allowImportNames: ['pid'], message: PROCESS },
  { name: 'node:console', message: OUTPUT },
];

const filesOf = (folders) => folders.map((folder) => `${folder}/**/*.ts`);

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '.cache/', 'web/dist/'] },
  {
    // An escape hatch in the code would be a rule switched off without its reason: only this file may do it.
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      // A parameter that an interface demands and nobody needs is named with an underscore.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Numbers print one way only, in any locale; the other kinds stay errors inside a template.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `(x) => { y(x); }` says no more than `(x) => y(x)`; a value that is none is still refused everywhere else.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // `modified` counts a switch as one decision: a table of kinds is easy to read, nested conditions are not.
      complexity: ['error', { max: 15, variant: 'modified' }],
      // `== null` asks for null and undefined at once, as SQL rows and JSON make them.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: filesOf(PURE_RING),
    rules: {
      'no-restricted-globals': ['error', ...bannedPure],
      'no-restricted-imports': ['error', { patterns: [{ group: ['node:*'], message: INPUT_OUTPUT }] }],
    },
  },
  {
    files: filesOf(WORKING_RING),
    rules: {
      'no-restricted-globals': ['error', ...bannedInside],
      'no-restricted-imports': ['error', { paths: bannedModules }],
    },
  },
  {
    files: filesOf([...PURE_RING, ...WORKING_RING]),
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: RANDOM },
        ...['Date', 'setTimeout', 'setInterval', 'setImmediate', 'process', 'console', 'performance'].map(
          (property) => ({
            object: 'globalThis',
            property,
            message: 'Banned under its own name too.',
          }),
        ),
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // chai's `expect(x).to.be.true` is an expression by design.
      '@typescript-eslint/no-unused-expressions': 'off',
      // A fake of an asynchronous interface has nothing to await.
      '@typescript-eslint/require-await': 'off',
      // Tests know what they put in; the assertion that follows fails when it is not there.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `() => undefined` and `() => {}` are what fakes are made of.
      '@typescript-eslint/no-empty-function': 'off',
      // A simulated line or network is one loop with every fault in it.
      complexity: 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['console', 'process', 'setTimeout', 'clearTimeout', 'URL', 'module', 'require'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      complexity: ['error', { max: 15, variant: 'modified' }],
    },
  },
);
