/**
 * The architecture as rules: who may know whom (docs/architecture.md). A rule that stands in the way of good code is
 * changed here with its reason, never worked around.
 */

/** No socket, file, clock, timer or randomness. */
const PURE = '^(core|protocols|drivers|rules|schedules)/';
const WORKING = '^(actions|jobs|store)/';
const SHIPPED = '^(core|protocols|drivers|rules|schedules|actions|jobs|store|connectors|server|cli|web)/';
/** Every folder of the house; what is not here (packages, Node itself) is the business of other rules. */
const HOUSE =
  '^(core|protocols|drivers|rules|schedules|actions|jobs|store|connectors|server|cli|web|lab|test|bench|scripts)/';

/** A table row: the folder and what it may import of the house. */
function may(folder, allowed, comment) {
  return {
    name: `folders-${folder}`,
    comment,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: { path: HOUSE, pathNot: [folder, ...allowed].map((name) => `^${name}(/|\\.ts$)`) },
  };
}

/** Folders side by side below `parent` that never meet, but for files named by `shared`. */
function siblings(parent, comment, shared) {
  return {
    name: `siblings-${parent}`,
    comment,
    severity: 'error',
    from: { path: `^${parent}/([^/]+)/` },
    to: { path: `^${parent}/[^/]+/`, pathNot: [`^${parent}/$1/`, ...(shared === undefined ? [] : [shared])] },
  };
}

/** npm packages that a folder of the pure ring may use. */
function packages(folder, names, comment) {
  return {
    name: `packages-${folder}`,
    comment,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'],
      ...(names.length > 0 && { pathNot: names.map((name) => `^node_modules/${name}/`) }),
    },
  };
}

module.exports = {
  forbidden: [
    may('core', [], 'core is the words of the system: it can be read alone, and everything else leans on it.'),
    may('protocols', ['core'], 'An engine knows bytes and time. A protocol that knew devices could serve only those.'),
    may(
      'drivers',
      ['core', 'protocols/dialog'],
      'A driver is data about a device; how it is spoken to is the business of others.',
    ),
    {
      name: 'drivers-take-dialog-types-only',
      comment:
        'Drivers describe dialogues; they do not hold them. A driver that runs the engine could not be replaced by JSON.',
      severity: 'error',
      from: { path: '^drivers/' },
      to: { path: '^protocols/', dependencyTypesNot: ['type-only'] },
    },
    may(
      'rules',
      ['core'],
      'A rule decides; it must be possible to explain and replay it without a device, a job or a node.',
    ),
    may('schedules', ['core'], 'A schedule only emits an event; it must not know what the event will start.'),
    may(
      'actions',
      ['core', 'drivers'],
      'An action is a function of parameters, facts, driver and ports: every test of it runs with fakes.',
    ),
    may(
      'jobs',
      ['core'],
      'The runner sees actions only through a port: whatever may run durably, runs by the same table.',
    ),
    may(
      'store',
      ['core'],
      'A store keeps what it is given; a store that knew rules or jobs would have to change with them.',
    ),
    may(
      'connectors',
      ['core', 'protocols'],
      'A connector moves bytes. What is to be said comes from drivers as core types.',
    ),
    may(
      'server',
      ['core', 'protocols', 'drivers', 'rules', 'schedules', 'actions', 'jobs', 'store', 'connectors', 'lab'],
      'The server puts the house together; the command line, tests and benchmarks are its clients.',
    ),
    {
      name: 'server-lab-offline-only',
      comment:
        'Simulated devices belong to `portwright lab`; a node that could reach them could mistake one for a router.',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/offline(/|\\.ts$)' },
      to: { path: '^lab/' },
    },
    may(
      'cli',
      ['core', 'server/main', 'server/offline'],
      'The command line talks HTTP; what it can do, the API can do.',
    ),
    {
      name: 'cli-loads-server-late',
      comment: 'Only `serve` and the verbs without a node need the server: `show jobs` must not pay for loading it.',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^server/', dependencyTypesNot: ['type-only', 'dynamic-import'] },
    },
    may('web', ['core'], 'The browser shares the words, and runs nothing of the node.'),
    {
      name: 'web-takes-types-only',
      comment:
        'What the browser needs at run time comes over HTTP; core code in a bundle would be a second copy of it.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^core/', dependencyTypesNot: ['type-only'] },
    },
    may(
      'lab',
      ['core', 'protocols'],
      'A simulated device that shared code with drivers, rules or actions would agree with their mistakes.',
    ),

    siblings('protocols', 'Engines are independent: a mistake in one cannot spread, and each can be read alone.'),
    siblings(
      'drivers',
      'A driver that leans on another breaks when that one learns something about its own device. A boot loader is ' +
        'shipped by many makes, and a make keeps the words of its older system in its newer ones: such tables may be shared. ' +
        "So is the form of a site's own driver.",
      '^drivers/(u-boot/loader\\.ts$|cisco/|site/)',
    ),
    siblings('connectors', 'Sources, sessions, transfers, bus and clock meet in server/wire.ts and nowhere else.'),
    {
      name: 'only-wire-constructs',
      comment:
        'One file makes the objects that act or remember and ties them together; everything else takes interfaces ' +
        'from core/ports. That keeps the whole house testable with fakes, and the composition readable in one place. ' +
        'Rules and schedules are pure: they may be asked anywhere in the server.',
      severity: 'error',
      from: { path: '^(server|cli|web)/', pathNot: '^server/((wire|offline)(/|\\.ts$)|site/)' },
      to: {
        path: '^(connectors|store|jobs|actions|drivers)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'site-asks-the-pure-ring-only',
      comment: 'A site is checked without opening anything: no store, no connector, no runner.',
      severity: 'error',
      from: { path: '^server/site/' },
      to: { path: '^(connectors|store|jobs|actions)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'http-takes-interfaces',
      comment:
        'The API is a face of the ports: what answers behind it can be faked, moved to a worker or to another node.',
      severity: 'error',
      from: { path: '^server/http/' },
      to: { path: '^(connectors|store|jobs|actions|drivers)/' },
    },

    {
      name: 'sans-io',
      comment:
        'No Node module in the pure ring: time is an argument, the next deadline an answer. That is what makes a lossy ' +
        'link, a slow clock and one-byte reads testable.',
      severity: 'error',
      from: { path: PURE },
      to: { dependencyTypes: ['core'] },
    },
    packages(
      'core',
      ['@sinclair/typebox', 'ajv', 're2js'],
      'Schemas, their validator and patterns in linear time are pure; anything else would reach every folder.',
    ),
    packages('protocols', [], 'Engines are written by hand because nothing fit was found; they need nobody.'),
    packages(
      'drivers',
      ['@sinclair/typebox'],
      'A driver is data, and says by a schema which properties of a port it wants.',
    ),
    packages(
      'rules',
      ['json-rules-engine', 're2js', '@sinclair/typebox', 'ajv'],
      'The rule language is json-rules-engine; patterns of users run in linear time by re2js.',
    ),
    packages(
      'schedules',
      ['croner', '@sinclair/typebox', 'ajv'],
      'The next run comes from croner, whose results meet the DST table.',
    ),
    packages(
      'actions',
      ['@sinclair/typebox', 'ajv'],
      'An action has a parameter schema with its validator, and otherwise only ports.',
    ),
    packages('jobs', [], 'The runner is one transition table; a queue library would bring a second truth.'),
    {
      name: 'working-ring-opens-no-socket',
      comment: 'Deciding and remembering need files and workers at most; what reaches the network is a connector.',
      severity: 'error',
      from: { path: WORKING },
      to: { path: '^(node:)?(net|dgram|tls|http|https|http2|dns|child_process|cluster)(/|$)' },
    },

    {
      name: 'no-circular',
      comment: 'Two modules that need each other are one module, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nobody imports is dead, or its entry point is missing from the list here.',
      severity: 'error',
      from: { orphan: true, path: SHIPPED, pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that cannot be found breaks the first time its path runs.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency-in-shipped-code',
      comment: 'What runs on a node is installed by `npm ci --omit=dev`.',
      severity: 'error',
      from: { path: SHIPPED },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only', 'npm'],
        pathNot: '^node_modules/@types/',
      },
    },
    {
      name: 'shipped-code-not-to-tests',
      comment: 'Fakes, scripts and benchmarks are not installed with the node.',
      severity: 'error',
      from: { path: '^(core|protocols|drivers|rules|schedules|actions|jobs|store|connectors|server|cli|web|lab)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
