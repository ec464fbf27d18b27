/**
 * What people read of what is beside the chat: other extensions for Kiro. It is said once, and again by the doctor.
 */
import { t } from '../../../base/words/l10n';
import type { Neighbor } from '../../../doctor/neighbors';

/** What is different because another extension has to do with Kiro, too. */
export function neighborSentence(neighbor: Neighbor): string {
  const { name } = neighbor;
  switch (neighbor.kind) {
    case 'same-vendor':
      return t(
        'The extension “{0}” ({1}) also calls its models Kiro’s, and VS Code takes only one. Disable or remove it.',
        name,
        neighbor.id,
      );
    case 'provider':
      return t(
        '“{0}” lists Kiro models, too: its are under “{1}” in the model picker, those of Kiro Models for Chat under “Kiro Models”. Each has its own accounts. If both use the login of Kiro CLI or the Kiro IDE, one may end it for the other; Sign In Again gives an account a login of its own.',
        name,
        neighbor.heading,
      );
    case 'kiro':
      return t(
        '“{0}” is installed, too. It has a chat, a sign-in, and a status bar item of its own, and its commands begin with “Kiro:”. Those of Kiro Models for Chat begin with “Kiro Models:”, and its models are in VS Code’s chat. Neither knows the other’s sign-in; both spend the credits of whoever is signed in.',
        name,
      );
  }
}

export const runDoctor = t('Run Doctor');
