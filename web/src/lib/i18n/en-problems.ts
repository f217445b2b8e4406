import type { problems as pt } from './pt-problems'

/** What is wrong in the installation's settings, which nobody at the page can mend. */
const setUpProblems = (codes: string[]) =>
  Object.fromEntries(
    codes.map((code) => [
      code,
      ['The installation is set up wrong', 'Who runs it must mend the data of the beneficiary or of the bank.'],
    ]),
  )

export const problems: typeof pt = {
  code: 'Code for support:',
  stale: 'Below are the last data received.',
  unknown: ['The request was not accepted', 'Try again. If it goes on, contact support with the code below.'],
  byCode: {
    NETWORK: ['No contact with the server', 'Check that the network works and that Cobrança’s server is on; then try again.'],
    INTERRUPTED: ['The upload was interrupted', 'The connection fell before the end. Upload the same file again: nothing is doubled.'],
    ANSWER_INVALID: ['Unexpected answer', 'The API’s address may be wrong. Check the settings and reload the page.'],
    UNAUTHORIZED: ['Access denied', 'Enter the API key and try again.'],
    NOT_FOUND: ['Not found', 'It may have been removed. Go back to the list and refresh.'],
    CSV_INVALID: ['The file is not a valid CSV', 'Save the sheet as CSV (UTF-8 or Windows-1252) and upload it again.'],
    NO_HEADER: ['The header is missing', 'The first line must name the columns: name, governmentId, email, debtAmount, debtDueDate, debtId.'],
    MISSING_COLUMNS: ['Columns are missing', 'Add the missing columns to the first line and upload it again.'],
    NO_ROWS: ['The file has a header only', 'Check that the whole sheet was exported and upload it again.'],
    UPLOAD_TOO_LARGE: ['The file is too large', 'Split it into smaller parts and upload them one by one.'],
    STORAGE_FULL: ['The server is short of space', 'Nothing was stored. Free some disk space and upload it again.'],
    UPLOADS_BUSY: ['The server is receiving many files', 'Nothing was stored. Wait a few seconds and upload it again.'],
    CALLS_BUSY: ['The server is very busy', 'Wait a few seconds and try again. What was stored already is safe.'],
    UPLOAD_CUT_OFF: ['The upload stopped on its way', 'Nothing was stored. Check the connection and upload it again.'],
    MEDIA_TYPE_INVALID: ['Kind of file not accepted', 'Upload a CSV (text) file, not an .xlsx sheet or a .zip.'],
    FIELD_INVALID: ['One of the values was not accepted', 'Check the search and the filters.'],
    EMPTY_FILE: ['The file is empty', 'Check that the sheet was saved with its data and upload it again.'],
    NOT_TEXT: ['The file is no CSV', 'Open it in the spreadsheet, save it as CSV and upload the new file.'],
    DUPLICATE_COLUMN: ['A column is there twice', 'Leave one of them in the first line and upload it again.'],
    FILE_MISSING: ['No file came', 'Choose the file again and upload it.'],
    MULTIPART_INVALID: ['The upload came broken', 'Nothing was stored. Upload the file again.'],
    INPUT_INVALID: ['One of the values was not accepted', 'Check what you typed and try again.'],
    PDF_NOT_FOUND: ['There is no PDF of this billing', 'Its slip has not been issued yet, or the upload was simulated.'],
    MAIL_NOT_FOUND: ['This e-mail is not kept here', 'Only those of the local outbox can be opened; what went to a server or was simulated is not here.'],
    CONFLICT: ['Not possible now', 'The upload has ended or changed. Refresh the page and look again.'],
    SMTP_NOT_CONFIGURED: ['The mail server is not set up', 'Who runs this installation must name the SMTP server.'],
    OUR_NUMBERS_EXHAUSTED: ['The range of our numbers is used up', 'Ask the bank for a new range and set it; then resume the upload.'],
    ...setUpProblems([
      'PERMANENT', 'FIELD_MISSING', 'FIELD_UNKNOWN', 'FIELD_LENGTH', 'FIELD_NOT_DIGITS', 'FIELD_NOT_ALLOWED',
    ]),
    HOST_REFUSED: ['Address not accepted', 'Open Cobrança as 127.0.0.1 or localhost, or set an API key.'],
    PEER_REFUSED: ['Only this machine is served', 'Without an API key Cobrança answers only the machine it runs on. Who runs it can set a key.'],
    ORIGIN_REFUSED: ['This page may not change anything here', 'Open the page at the installation’s address. Who runs it can allow others.'],
    METHOD_NOT_ALLOWED: ['Page and server do not match', 'Reload the page: the server may have been updated.'],
    HTTP_ERROR: ['Page and server do not match', 'Reload the page: the server may have been updated.'],
    STALE_FENCE: ['Another process has taken this work over', 'Refresh the page and look again.'],
    UNAVAILABLE: ['The database does not answer', 'Wait a few seconds and try again. What was stored already is safe.'],
    STREAMS_BUSY: ['Too many pages are open', 'This one asks the server every few seconds until there is room.'],
    DOWNLOADS_BUSY: ['Too many downloads at once', 'Wait a few seconds and download it again.'],
    ERROR: ['The server failed', 'Try again. If it goes on, contact support with the code below and the time.'],
    SERVER: ['The server failed', 'Wait a moment and try again. What was stored already is safe.'],
  },
}
