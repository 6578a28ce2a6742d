export { type AcceptedCommit, MlsDeliveryService } from './delivery-service.ts';
export { MlsExternalSender } from './external-sender.ts';
export { parseCommitWelcome, parseKeyPackage, withTransition } from './wire.ts';
