/** Secrets: every name that is used exists, every reference leads somewhere, and nothing stands in the file itself. */
import type { SiteProblem } from '../../core/problem.js';
import { gotText, pointerTo } from '../../core/schema-problems.js';
import type { PortEntry } from './check-ports.js';
import type { PortwrightFile } from './schemas.js';
import { withoutComment } from './settings-schema.js';
import { readReference, referenceKind, SHORTEST_MASKED } from './secrets.js';
import type { SecretsOptions } from './secrets.js';

const MAIN = 'portwright.json';

/** Values are never part of a message. */
export function checkSecrets(
  main: PortwrightFile,
  entries: readonly PortEntry[],
  options: SecretsOptions,
): readonly SiteProblem[] {
  const secrets = main.secrets ?? {};
  const values = Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(withoutComment(secret)).flatMap(([part, reference]) =>
      referenceProblems(pointerTo(pointerTo('/secrets', name), part), reference, part !== 'username', options),
    ),
  );
  const nats = main.nats?.credentials;
  const natsProblems = nats === undefined ? [] : referenceProblems('/nats/credentials', nats, true, options);
  return [
    ...values,
    ...natsProblems,
    ...tlsProblems(main, options),
    ...snmpProblems(main, options),
    ...unknownNames(main, entries),
  ];
}

/** A certificate is shown to everyone; its key is not. */
function tlsProblems({ servers, syslog }: PortwrightFile, options: SecretsOptions): readonly SiteProblem[] {
  const places = [
    { at: '/servers/ftp/tls', tls: servers?.ftp?.tls },
    { at: '/servers/http/tls', tls: servers?.http?.tls },
    { at: '/syslog/tls', tls: syslog?.tls },
  ];
  const clientCa = syslog?.tls?.clientCa;
  return [
    ...places.flatMap(({ at, tls }) =>
      tls === undefined
        ? []
        : [
            ...referenceProblems(`${at}/certificate`, tls.certificate, false, options),
            ...referenceProblems(`${at}/key`, tls.key, true, options),
          ],
    ),
    ...(clientCa === undefined ? [] : referenceProblems('/syslog/tls/clientCa', clientCa, false, options)),
  ];
}

function snmpProblems({ snmp }: PortwrightFile, options: SecretsOptions): readonly SiteProblem[] {
  const communities = (snmp?.communities ?? []).map((value, i) => ({ at: pointerTo('/snmp/communities', i), value }));
  const keys = (snmp?.users ?? []).flatMap(({ authKey, privKey }, i) => [
    { at: `/snmp/users/${String(i)}/authKey`, value: authKey },
    { at: `/snmp/users/${String(i)}/privKey`, value: privKey },
  ]);
  return [...communities, ...keys].flatMap(({ at, value }) => referenceProblems(at, value, true, options));
}

function referenceProblems(
  pointer: string,
  reference: string,
  isSecret: boolean,
  options: SecretsOptions,
): readonly SiteProblem[] {
  const problem = (wanted: string, got: string, severity: SiteProblem['severity']): SiteProblem[] => [
    { file: MAIN, pointer, wanted, got, severity },
  ];
  const kind = referenceKind(reference);
  if (kind === 'literal') {
    return isSecret ? problem('env:NAME or file:PATH', 'a secret written into the file', 'warning') : [];
  }
  const value = readReference(reference, options);
  if (value === undefined) {
    const wanted = kind === 'env' ? 'an environment variable that is set' : 'a file that can be read';
    return problem(wanted, gotText(reference), 'error');
  }
  if (isSecret && value.length < SHORTEST_MASKED) {
    const wanted = `at least ${String(SHORTEST_MASKED)} characters: shorter ones are not masked in logs`;
    return problem(wanted, `${String(value.length)} characters`, 'warning');
  }
  return [];
}

function unknownNames({ secrets = {}, email }: PortwrightFile, entries: readonly PortEntry[]): readonly SiteProblem[] {
  const used = entries.flatMap((entry) => namesIn(entry).map((use) => ({ file: entry.file, ...use })));
  used.push({ file: MAIN, pointer: '/email/credentials', name: email?.credentials });
  return used.flatMap(({ file, pointer, name }) => {
    if (name === undefined || Object.hasOwn(secrets, name)) return [];
    const known = Object.keys(secrets).join(', ') || '(none)';
    return [{ file, pointer, wanted: `one of the secrets ${known} in ${MAIN}`, got: gotText(name), severity: 'error' }];
  });
}

/** The device's login and its console server's. */
function namesIn({
  pointer,
  port,
}: PortEntry): readonly { readonly pointer: string; readonly name: string | undefined }[] {
  const { console } = port;
  const device = { pointer: pointerTo(pointer, 'credentials'), name: port.credentials };
  if (console === undefined || console.type === 'serial') return [device];
  return [device, { pointer: pointerTo(pointerTo(pointer, 'console'), 'credentials'), name: console.credentials }];
}
