// The job store of one process against the contract of every job store; DynamoDB is in deploy/cloud-stores.deploy.ts.
import { memoryJobStore } from '../../../services/adapters/memory-job-store.ts';
import { jobStoreContract } from '../../support/job-store-contract.ts';

jobStoreContract('memory', async (nowMs) => memoryJobStore(nowMs));
