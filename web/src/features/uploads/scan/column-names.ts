/** What people call the six columns, as the server knows them; a test holds this to its list. */

export const ALIASES = {
  name: 'name nome nomecompleto nomedopagador nomepagador nomedocliente nomecliente cliente pagador devedor sacado razaosocial fullname payername payer debtorname customername',
  governmentId: 'governmentid cpf cnpj cpfcnpj cnpjcpf cpfoucnpj documento document taxid doc cpfdopagador cpfpagador cpfcnpjdopagador cpfcnpjpagador cnpjdopagador cnpjpagador cpfdocliente cnpjdocliente cpfcnpjdocliente',
  email: 'email correio correioeletronico mail emailaddress enderecodeemail emaildopagador emailpagador emaildocliente emailcliente',
  debtAmount: 'debtamount valor valordadivida valordivida valordacobranca valorcobranca valordoboleto valorboleto valordotitulo valortitulo valorr valorrs valorbrl valoremreais montante amount quantia valorparcela valordaparcela valormensalidade mensalidade',
  debtDueDate: 'debtduedate vencimento datadevencimento datavencimento dtvencimento dtvencto vencto venc duedate datadovencimento vencimentoparcela vencimentodaparcela',
  debtId: 'debtid id identificador codigo uuid iddadivida iddivida idcobranca iddacobranca codigodadivida codigodivida codigocobranca codigodacobranca identificadordadivida identificadordacobranca billingid contrato numerodocontrato numcontrato nrcontrato nocontrato ncontrato codigodocontrato idcontrato contractid contract matricula',
}

const KNOWN = new Set(Object.values(ALIASES).flatMap((aliases) => aliases.split(' ')))

/** Its letters and digits, without case and accents, so that `CPF/CNPJ` is `cpfcnpj`. */
function folded(name: string): string {
  const plain = name.normalize('NFKC').toLowerCase().normalize('NFKD')
  return plain.replace(/[^\p{L}\p{N}]/gu, '')
}

/** How many of the names mean one of the six columns; hints in brackets are not heeded. */
export function countKnown(names: string[]): number {
  const bare = (name: string) => name.replace(/\([^()]*\)|\[[^[\]]*\]/g, ' ')
  return names.filter((name) => KNOWN.has(folded(name)) || KNOWN.has(folded(bare(name)))).length
}
