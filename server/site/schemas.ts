/**
 * JSON Schemas of `portwright.json` and `ports.json`: the whole form of CONTRACT.
 */
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import type { JsonValue } from '../../core/json.js';
import { PORT_FILTER_KEY_PATTERN } from '../../core/port-filter.js';
import { BAUD_RATES } from '../../core/serial-line.js';
import { SITE_FILE_VERSION } from '../../core/site-file.js';
import { LISTEN_FORM, LISTEN_PATTERN } from './listen-address.js';
import { PORT_RANGE_PATTERN } from './port-range.js';
import { closed, Duration, oneOf, SettingsSchema } from './settings-schema.js';

const Schema = Type.Optional(Type.String({ description: 'Where the JSON Schema of this file is, for editors.' }));
const Version = Type.Optional(
  Type.Integer({ description: `version ${String(SITE_FILE_VERSION)}, the newest that this program reads` }),
);
const Listen = Type.String({ pattern: LISTEN_PATTERN, description: LISTEN_FORM });
const Listener = closed({ listen: Listen });
const Address = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$|^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$',
  maxLength: 253,
  description: 'an IP address or a host name',
});
const TcpPort = Type.Integer({ minimum: 1, maximum: 65_535, description: 'a TCP port from 1 to 65535' });
const NodeName = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  description: 'a node name of letters, digits and . _ -',
});
/** `1/1`, `rack2-7`: no segment may be `.` or `..`, because names also stand in paths and URLs. */
const PortName = Type.String({
  pattern: '^(?!.*(?:^|/)\\.{1,2}(?:/|$))[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$',
  description: 'a port name such as "1/1", of letters, digits and . _ - /',
});
const PortId = Type.String({
  pattern: '^(?!.*(?:^|/)\\.{1,2}(?:/|$))[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$',
  description: 'a port id such as "aus-1:1/1", of letters, digits and . _ - / :',
});
/** PEM: the certificate with its chain, and its key. */
const tlsKeys = {
  certificate: Type.String({ minLength: 1, description: 'file:PATH of the PEM certificate with its chain' }),
  key: Type.String({ minLength: 1, description: 'file:PATH of its PEM key' }),
};
const Tls = closed(tlsKeys);
const Ports = Type.String({ pattern: PORT_RANGE_PATTERN, description: 'a range of ports such as "50000-50007"' });
/** Transfers leave from ports of their own; a firewall between may want to know which. */
const TftpListener = closed({
  listen: Listen,
  ports: Type.Optional(Ports),
  fragment: Type.Optional(
    Type.Boolean({ description: 'true: blocks may be longer than one packet on the way to the device carries' }),
  ),
});
/** `ports`: of passive data connections. `passiveAddress`: where an address translation stands between. */
const FtpListener = closed({
  listen: Listen,
  ports: Type.Optional(Ports),
  passiveAddress: Type.Optional(Address),
  tls: Type.Optional(Tls),
});
/** HTTPS has a port of its own. */
const HttpsListener = closed({ listen: Type.Optional(Listen), ...tlsKeys });
/** RFC 5425. With `clientCa` senders must show a certificate of it, and are authenticated by it. */
const SyslogTls = closed({
  listen: Listen,
  ...tlsKeys,
  clientCa: Type.Optional(
    Type.String({ minLength: 1, description: 'file:PATH of the PEM certificates that sign those of senders' }),
  ),
});
const SecretName = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  description: 'the name of a secret in portwright.json "secrets"',
});
const SecretValue = Type.String({ minLength: 1, description: 'env:NAME or file:PATH' });
/** SNMPv3: authentication and encryption are both wanted (RFC 3414, RFC 3826, RFC 7860). */
const SnmpUser = closed({
  name: Type.String({ minLength: 1, maxLength: 32, description: 'a user name of 1 to 32 characters' }),
  auth: Type.Optional(oneOf(['sha', 'sha256', 'sha512'] as const)),
  authKey: SecretValue,
  priv: Type.Optional(oneOf(['aes', 'aes256b'] as const)),
  privKey: SecretValue,
});
const Secret = closed({
  username: Type.Optional(SecretValue),
  password: Type.Optional(SecretValue),
  enable: Type.Optional(SecretValue),
  privateKey: Type.Optional(SecretValue),
  passphrase: Type.Optional(SecretValue),
  snmp: Type.Optional(SecretValue),
});
const Filter = Type.Unsafe<Record<string, string>>({
  type: 'object',
  description: 'pairs such as { "make": "cisco", "labels.site": "austin" }',
  propertyNames: {
    pattern: PORT_FILTER_KEY_PATTERN,
    description: 'one of the keys id, name, driver, make, labels.NAME',
  },
  additionalProperties: { type: 'string' },
});
const Group = closed({ match: Filter, settings: SettingsSchema });

/** `portwright.json` */
export const PortwrightSchema = closed(
  {
    $schema: Schema,
    version: Version,
    node: NodeName,
    dataDir: Type.Optional(Type.String({ minLength: 1 })),
    http: Type.Optional(Listener),
    servers: Type.Optional(
      closed({
        address: Type.Optional(Address),
        tftp: Type.Optional(TftpListener),
        ftp: Type.Optional(FtpListener),
        http: Type.Optional(closed({ listen: Listen, tls: Type.Optional(HttpsListener) })),
        sftp: Type.Optional(closed({ listen: Listen, legacyAlgorithms: Type.Optional(Type.Boolean()) })),
      }),
    ),
    syslog: Type.Optional(
      closed({ udp: Type.Optional(Listen), tcp: Type.Optional(Listen), tls: Type.Optional(SyslogTls) }),
    ),
    snmp: Type.Optional(
      closed({
        traps: Type.Optional(Listen),
        communities: Type.Optional(
          Type.Array(SecretValue, { description: 'a list of communities, each env:NAME or file:PATH' }),
        ),
        users: Type.Optional(Type.Array(SnmpUser, { description: 'a list of SNMPv3 users' })),
        mibs: Type.Optional(Type.Array(Type.String({ minLength: 1, description: 'a file of a MIB module' }))),
      }),
    ),
    nats: Type.Optional(
      closed({
        servers: Type.Array(
          Type.String({ pattern: '^(?:nats|tls|ws|wss)://', description: 'a URL such as nats://10.0.0.5:4222' }),
          {
            minItems: 1,
            description: 'a list of NATS URLs',
          },
        ),
        credentials: Type.Optional(SecretValue),
      }),
    ),
    secrets: Type.Optional(
      Type.Unsafe<Record<string, Static<typeof Secret>>>({
        type: 'object',
        propertyNames: { pattern: SecretName.pattern, description: 'a secret name of letters, digits and . _ -' },
        additionalProperties: Secret,
      }),
    ),
    settings: Type.Optional(SettingsSchema),
    groups: Type.Optional(Type.Array(Group, { description: 'a list of groups' })),
    budgets: Type.Optional(closed({ reloadsPerSitePerHour: Type.Optional(Type.Integer({ minimum: 0 })) })),
    retention: Type.Optional(
      closed({
        events: Type.Optional(Duration),
        consoleLogs: Type.Optional(Duration),
        transcripts: Type.Optional(Duration),
        maxBytes: Type.Optional(Type.Integer({ minimum: 1_000_000, description: 'bytes, at least 1000000' })),
      }),
    ),
    drainTimeout: Type.Optional(Duration),
    mode: Type.Optional(oneOf(['act', 'observe'] as const)),
    email: Type.Optional(
      closed({
        smtp: Type.String({
          pattern: '^smtps?://[A-Za-z0-9[][^\\s@/]*/?$',
          description: 'the mail server: smtp://HOST:PORT or smtps://HOST:PORT',
        }),
        from: Type.String({
          pattern: '^[^\\s@]+@[^\\s@]+$',
          description: 'the sender, such as portwright@example.com',
        }),
        credentials: Type.Optional(SecretName),
      }),
    ),
  },
  { description: 'an object: this node' },
);

export type PortwrightFile = Static<typeof PortwrightSchema>;

/** The keys of each kind of console. */
const CONSOLE_KINDS = {
  serial: closed({
    type: Type.Literal('serial'),
    path: Type.String({ minLength: 1 }),
    baudRate: Type.Optional(oneOf(BAUD_RATES)),
    dataBits: Type.Optional(oneOf([7, 8] as const)),
    parity: Type.Optional(oneOf(['none', 'even', 'odd'] as const)),
    stopBits: Type.Optional(oneOf([1, 2] as const)),
    flowControl: Type.Optional(oneOf(['none', 'rtscts', 'xonxoff'] as const)),
    dtr: Type.Optional(Type.Boolean({ description: 'whether DTR is raised' })),
    rts: Type.Optional(Type.Boolean({ description: 'whether RTS is raised' })),
  }),
  tcp: closed({
    type: Type.Literal('tcp'),
    host: Address,
    port: TcpPort,
    credentials: Type.Optional(SecretName),
  }),
  telnet: closed({
    type: Type.Literal('telnet'),
    host: Address,
    port: TcpPort,
    baudRate: Type.Optional(oneOf(BAUD_RATES)),
    credentials: Type.Optional(SecretName),
  }),
  ssh: closed({
    type: Type.Literal('ssh'),
    host: Address,
    port: TcpPort,
    credentials: Type.Optional(SecretName),
    legacyAlgorithms: Type.Optional(Type.Boolean({ description: 'whether algorithms that are broken may be used' })),
  }),
};

type ConsoleFile = { [K in keyof typeof CONSOLE_KINDS]: Static<(typeof CONSOLE_KINDS)[K]> }[keyof typeof CONSOLE_KINDS];

/** Chosen by `type`, so that a message speaks of the kind that was meant and not of all four. */
const Console = Type.Unsafe<ConsoleFile>({
  type: 'object',
  required: ['type'],
  properties: { type: { enum: Object.keys(CONSOLE_KINDS) } },
  allOf: Object.entries(CONSOLE_KINDS).map(([type, then]) => ({
    if: { properties: { type: { const: type } }, required: ['type'] },
    then,
  })),
});

/** Lists and ranges, which powerman would take, are more than one device. */
const Power = closed({
  type: oneOf(['powerman'] as const),
  host: Type.String({ pattern: LISTEN_PATTERN, description: LISTEN_FORM }),
  outlet: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
    description: 'the name of one outlet, of letters, digits and . _ -',
  }),
});

/** One port of `ports.json`. */
export const PortSchema = closed(
  {
    port: PortName,
    id: Type.Optional(PortId),
    driver: Type.String({ minLength: 1 }),
    description: Type.Optional(Type.String({ maxLength: 500 })),
    console: Type.Optional(Console),
    management: Type.Optional(closed({ address: Address })),
    credentials: Type.Optional(SecretName),
    power: Type.Optional(Power),
    labels: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'texts by name' })),
    properties: Type.Optional(
      Type.Unsafe<Record<string, JsonValue>>({ type: 'object', description: 'values by name' }),
    ),
    settings: Type.Optional(SettingsSchema),
    servers: Type.Optional(closed({ address: Address })),
  },
  { description: 'a port' },
);

export type PortFile = Static<typeof PortSchema>;

const PortList = Type.Array(PortSchema);

/** `ports.json` and `ports/*.json`: the bare list, or an object with it. */
export const PortsFileSchema = Type.Union([
  PortList,
  Type.Object(
    {
      $schema: Schema,
      $comment: Type.Optional(Type.Unknown()),
      version: Type.Literal(SITE_FILE_VERSION),
      ports: PortList,
    },
    { additionalProperties: false },
  ),
]);
