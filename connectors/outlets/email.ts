/** Email over SMTP (RFC 5321) by nodemailer; a connection for each message, because there are few. */
import { createTransport } from 'nodemailer';
import { fail, reasonOf } from '../../core/errors/index.js';
import type { EmailMessage, Sending } from '../../core/ports/outlets.js';

export interface MailServer {
  /** `smtp:` (STARTTLS where offered) or `smtps:`. */
  readonly url: string;
  readonly from: string;
  readonly username?: string;
  readonly password?: string;
}

/** For connecting, the greeting, and any silence after it, ms. */
const TIMEOUT_MS = 15_000;

/**
 * The Message-ID is made of the key, so that the same message sent twice can be told (RFC 5322 section 3.6.4).
 * Errors: OUTLET_UNREACHABLE (also a reply 4yz), OUTLET_REFUSED (a reply 5yz).
 */
export async function sendEmail(
  server: MailServer,
  { to, subject, text }: EmailMessage,
  { key }: Sending,
): Promise<void> {
  const { hostname, port, protocol, host } = new URL(server.url);
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    ...{ host: hostname, secure, port: port === '' ? (secure ? 465 : 587) : Number(port) },
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    ...(server.username === undefined ? {} : { auth: { user: server.username, pass: server.password ?? '' } }),
    // Text is text: no file of this machine and no URL can get into a message.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const messageId = `<${key}@${
    server.from
      .split('@')
      .at(-1)
      ?.replace(/[^A-Za-z0-9.-]/g, '') ?? 'portwright'
  }>`;
  try {
    await transport.sendMail({ from: server.from, to: [...to], subject, text, messageId });
  } catch (error) {
    const status = (error as { readonly responseCode?: number }).responseCode ?? 0;
    const code = status >= 500 ? 'OUTLET_REFUSED' : 'OUTLET_UNREACHABLE';
    throw fail(code, { outlet: 'email', target: host, reason: reasonOf(error) }, error);
  } finally {
    transport.close();
  }
}
