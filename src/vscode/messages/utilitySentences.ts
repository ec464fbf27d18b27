/** Offers a model for what VS Code asks models by itself. `price` is what a request costs beside the base rate, such as `0.05×`. */
export function utilityOffer(model: string, price: string): string {
  return (
    'VS Code asks a model for chat titles, summaries, and commit messages, too, and none is set for that. ' +
    `Use ${model} from Kiro (${price})? This changes chat.utilityModel and chat.utilitySmallModel in your settings.`
  );
}

export const utilityButtons = { use: (model: string) => `Use ${model}`, no: 'No', undo: 'Undo' };

/** Says what VS Code asks from now on. */
export function utilitySet(model: string): string {
  return `${model} from Kiro now writes VS Code’s chat titles, summaries, and commit messages.`;
}

export const utilityNotices = {
  undone: 'VS Code’s utility models are what they were before.',
  chosen: 'You have chosen VS Code’s utility models yourself. They stay as they are.',
  unsupported: 'This version of VS Code has no setting for utility models.',
  noModels: 'There is no Kiro model for that yet. Add an account first.',
  settings: 'Open Settings',
};
