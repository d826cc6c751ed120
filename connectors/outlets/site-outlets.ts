/** The outlets of one node: what the site names, and an error with its name where the site names none. */
import { fail } from '../../core/errors/index.js';
import type {
  BusMessage,
  EmailMessage,
  Outlets,
  Sending,
  SyslogMessage,
  TrapMessage,
  WebhookMessage,
} from '../../core/ports/outlets.js';
import { sendSyslog } from './syslog.js';
import { postWebhook } from './webhook.js';
import type { MailServer } from './email.js';

export interface SiteOutletsOptions {
  readonly node: string;
  /** Asked for each message: its password may have been renewed. Undefined where the site has no mail server. */
  readonly mailServer: () => MailServer | undefined;
  /** Absent where the site names no NATS servers. */
  readonly publish?: (message: BusMessage, sending: Sending) => Promise<void>;
}

export class SiteOutlets implements Outlets {
  readonly #options: SiteOutletsOptions;

  constructor(options: SiteOutletsOptions) {
    this.#options = options;
  }

  webhook(message: WebhookMessage, sending: Sending): Promise<void> {
    return postWebhook(message, sending);
  }

  async email(message: EmailMessage, sending: Sending): Promise<void> {
    const server = this.#options.mailServer();
    if (server === undefined) throw fail('OUTLET_ABSENT', { outlet: 'mail server', missing: '"email"' });
    // The mail library is loaded only where mail is sent.
    const { sendEmail } = await import('./email.js');
    await sendEmail(server, message, sending);
  }

  syslog(message: SyslogMessage, sending: Sending): Promise<void> {
    return sendSyslog(this.#options.node, message, sending);
  }

  async snmpTrap(message: TrapMessage, sending: Sending): Promise<void> {
    // The SNMP library is loaded only where traps are sent.
    const { sendTrap } = await import('./snmp-trap.js');
    await sendTrap(message, sending);
  }

  async publish(message: BusMessage, sending: Sending): Promise<void> {
    const { publish } = this.#options;
    if (publish === undefined) throw fail('OUTLET_ABSENT', { outlet: 'NATS', missing: '"nats"' });
    await publish(message, sending);
  }
}
