import { t } from '../../base/words/l10n';

export const commitWords = {
  progress: (model: string) => t('{0} is writing a commit message', model),
  written: (model: string) => t('Commit message written by {0}.', model),
  undo: t('Undo'),
  noGit: t('VS Code’s Git support is turned off or has not started yet.'),
  noRepository: t('There is no Git repository in this window.'),
  whichRepository: t('Write Commit Message'),
  forWhich: t('Select a repository'),
  noChanges: t('There are no changes to write a commit message for.'),
  conflicts: t('Resolve the merge conflicts first; then there is something to write a commit message for.'),
  noModel: t('There is no Kiro model yet. Add an account first.'),
  addAccount: t('Add Account…'),
  unknownModel: (id: string) =>
    t('The model “{0}” in kiroModels.commitMessage.model is not one of your account’s.', id),
  openSettings: t('Open Settings'),
  empty: t('The model wrote nothing. Try again, or choose another model in kiroModels.commitMessage.model.'),
};
