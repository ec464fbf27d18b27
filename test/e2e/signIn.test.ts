import { approve, describeFirstAnswers, email } from './firstAnswer';

const startUrl = 'https://my-company.awsapps.com/start';

describeFirstAnswers(
  {
    name: 'builder-id',
    account: { method: 'builder-id', email, signedIn: false },
    go: async (window) => {
      await window.statusBarItem('Kiro Models: Add Account').click();
      await window.quickInput.choose('AWS Builder ID');
    },
    thenGo: approve,
  },
  {
    name: 'identity-center',
    account: { method: 'idc', email, startUrl, ssoRegion: 'eu-west-1', signedIn: false },
    go: async (window) => {
      await window.runCommand('Kiro Models: Sign In with IAM Identity Center…');
      await window.quickInput.answer(startUrl);
    },
    thenGo: approve,
  },
  {
    name: 'google',
    account: { method: 'google', email, signedIn: false },
    go: (window) => window.runCommand('Kiro Models: Sign In with Google'),
    thenGo: approve,
  },
);
