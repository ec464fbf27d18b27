import { t } from '../../base/words/l10n';

/** Offers a model for what VS Code asks models by itself. `price` is what a request costs beside the base rate, such as `0.05×`. */
export function utilityOffer(model: string, price: string): string {
  return t(
    'VS Code asks a model for chat titles, summaries, and commit messages, too, and none is set for that. Use {0} from Kiro ({1})? This changes chat.utilityModel and chat.utilitySmallModel in your settings.',
    model,
    price,
  );
}

export const utilityButtons = { use: (model: string) => t('Use {0}', model), no: t('No'), undo: t('Undo') };

/** Says what VS Code asks from now on. */
export function utilitySet(model: string): string {
  return t('{0} from Kiro now writes VS Code’s chat titles, summaries, and commit messages.', model);
}

export const utilityNotices = {
  undone: t('VS Code’s utility models are what they were before.'),
  chosen: t('You have chosen VS Code’s utility models yourself. They stay as they are.'),
  unsupported: t('This version of VS Code has no setting for utility models.'),
  noModels: t('There is no Kiro model for that yet. Add an account first.'),
  settings: t('Open Settings'),
};
