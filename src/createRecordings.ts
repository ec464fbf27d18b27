import { redactPersonal } from './base/redact';
import type { Host } from './host';
import { Recordings } from './kiro/chat/recording/recording';
import { metadataLine, turnLine } from './vscode/messages/logWords';

/** The last requests of chats, and what the log says of each. */
export function createRecordings({ log, settings, now }: Host): Recordings {
  return new Recordings({
    now,
    onSent: (bytes) => {
      if (settings.logsRequests() === 'full')
        log.info(`Sent: ${redactPersonal(Buffer.from(bytes).toString('utf8'))}`);
    },
    onEnd: (recording) => {
      const mode = settings.logsRequests();
      if (mode === 'off') return;
      log.info(turnLine(recording));
      log.debug(metadataLine(recording));
      if (mode === 'full') log.info(`Received: ${redactPersonal(recording.text)}`);
    },
  });
}
