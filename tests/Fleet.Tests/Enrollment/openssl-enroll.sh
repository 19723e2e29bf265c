#!/usr/bin/env bash
# A device that knows only the protocol: SCEP (RFC 8894) and signed MDM requests with openssl and curl.
# Needs bash, openssl, curl, grep, sed and coreutils. Source it for its functions, or run it: openssl-enroll.sh FUNCTION ARGUMENTS.
#
#   scep_enroll URL CHALLENGE SUBJECT OUTDIR   a key and a certificate: OUTDIR/device.key, device.pem, ca.pem
#   scep_renew  URL OUTDIR                     a new key and certificate, asked for with the present one
#   mdm_sign    BODY OUTDIR                    prints the value of the header Mdm-Signature for the file BODY
#   mdm_put     URL CONTENT_TYPE BODY OUTDIR   sends BODY signed; prints the answer's body, its status goes to OUTDIR/status
#
# CURL_OPTIONS may hold more options for curl, as --cacert FILE. SUBJECT is as openssl takes it: /OU=…/CN=…

set -euo pipefail

attribute_oid=060a6086480186f84501  # 2.16.840.1.113733.1, to which 09 and the attribute's number are appended

hex_of() { od -An -v -tx1 "$@" | tr -d ' \n'; }

# Writes bytes given in hexadecimal; bash cannot hold a zero byte in a variable, but it can print one.
bytes_of() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }

# One DER element in hexadecimal: its tag, then its content in hexadecimal.
der() {
    local content=$2 length
    local n=$((${#content} / 2))
    if ((n < 128)); then length=$(printf '%02x' "$n")
    elif ((n < 256)); then length=$(printf '81%02x' "$n")
    elif ((n < 65536)); then length=$(printf '82%04x' "$n")
    else length=$(printf '83%06x' "$n"); fi
    printf '%s%s%s' "$1" "$length" "$content"
}

# A signed attribute: the OID, encoded, and its one value, encoded.
attribute() { der 30 "$1$(der 31 "$2")"; }

printable() { der 13 "$(printf '%s' "$1" | hex_of)"; }

fetch() { curl -sS --fail --max-time 30 ${CURL_OPTIONS:-} "$@"; }

# URL with "operation": the URL may have a query already.
operation() { case $1 in *\?*) printf '%s&operation=%s' "$1" "$2" ;; *) printf '%s?operation=%s' "$1" "$2" ;; esac; }

# Issuer and serial number of a certificate, as CMS names a signer.
issuer_and_serial() {
    local all lines serial issuer
    all=$(openssl x509 -in "$1" -outform DER | hex_of)
    lines=$(openssl x509 -in "$1" -outform DER | openssl asn1parse -inform DER)
    serial=$(sed -n 's/^ *\([0-9]*\):d=2 *hl=\([0-9]*\) *l= *\([0-9]*\) prim: INTEGER.*/\1 \2 \3/p' <<<"$lines" | sed -n 1p)
    issuer=$(sed -n 's/^ *\([0-9]*\):d=2 *hl=\([0-9]*\) *l= *\([0-9]*\) cons: SEQUENCE.*/\1 \2 \3/p' <<<"$lines" | sed -n 2p)
    der 30 "$(slice "$all" $issuer)$(slice "$all" $serial)"
}

# slice HEX OFFSET HEADER_LENGTH CONTENT_LENGTH
slice() { printf '%s' "${1:$2 * 2:($3 + $4) * 2}"; }

# scep_message TYPE CSR.der SIGNER.pem SIGNER.key OUTDIR: makes OUTDIR/request.der
scep_message() {
    local type=$1 csr=$2 signer=$3 key=$4 out=$5
    local sha256=300d06096086480165030402010500 rsa=300d06092a864886f70d0101010500 data=06092a864886f70d010701
    openssl cms -encrypt -aes-256-cbc -binary -outform DER -in "$csr" -out "$out/envelope.der" "$out/ca.pem"
    openssl rand -hex 16 >"$out/nonce"
    openssl req -in "$csr" -inform DER -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -r |
        sed 's/ .*//' >"$out/transaction"

    local digest attributes signature
    digest=$(openssl dgst -sha256 -r "$out/envelope.der" | sed 's/ .*//')
    # DER wants the elements of a set in order.
    attributes=$({
        attribute 06092a864886f70d010903 "$data"; echo                                # contentType
        attribute 06092a864886f70d010904 "$(der 04 "$digest")"; echo                  # messageDigest
        attribute "${attribute_oid}0902" "$(printable "$type")"; echo                 # messageType
        attribute "${attribute_oid}0905" "$(der 04 "$(cat "$out/nonce")")"; echo      # senderNonce
        attribute "${attribute_oid}0907" "$(printable "$(cat "$out/transaction")")"; echo  # transactionID
    } | LC_ALL=C sort | tr -d '\n')

    # What is signed is the set; within the message the same content has the tag [0].
    signature=$(bytes_of "$(der 31 "$attributes")" | openssl dgst -sha256 -sign "$key" -binary | hex_of)
    local content certificates signer_info
    content=$(der 30 "$data$(der a0 "$(der 04 "$(hex_of "$out/envelope.der")")")")
    certificates=$(der a0 "$(openssl x509 -in "$signer" -outform DER | hex_of)")
    signer_info=$(der 30 "020101$(issuer_and_serial "$signer")$sha256$(der a0 "$attributes")$rsa$(der 04 "$signature")")
    bytes_of "$(der 30 "06092a864886f70d010702$(der a0 "$(der 30 \
        "020101$(der 31 "$sha256")$content$certificates$(der 31 "$signer_info")")")")" >"$out/request.der"
}

# reply_attribute NUMBER OUTDIR: the text or hexadecimal value of an attribute of OUTDIR/reply.der
reply_attribute() {
    openssl asn1parse -inform DER -in "$2/reply.der" |
        sed -n "/:2\.16\.840\.1\.113733\.1\.9\.$1\$/,/prim: *\(PRINTABLESTRING\|OCTET STRING\)/s/.*prim: *\(PRINTABLESTRING\|OCTET STRING\) *\(:\|\[HEX DUMP\]:\)//p"
}

# scep_send URL SIGNER.pem SIGNER.key OUTDIR: sends OUTDIR/request.der, makes OUTDIR/issued.pem
scep_send() {
    local url=$1 signer=$2 key=$3 out=$4 status
    fetch -H 'Content-Type: application/x-pki-message' --data-binary "@$out/request.der" -o "$out/reply.der" "$(operation "$url" PKIOperation)"
    status=$(reply_attribute 3 "$out")
    if [[ $status != 0 ]]; then
        echo "SCEP status $status, failInfo $(reply_attribute 4 "$out")" >&2
        openssl cms -verify -binary -inform DER -in "$out/reply.der" -content /dev/null -CAfile "$out/ca.pem" -purpose any -out /dev/null 2>/dev/null ||
            echo "The refusal is not signed by the authority." >&2
        return 3
    fi
    if [[ $(reply_attribute 2 "$out") != 3 || $(reply_attribute 7 "$out") != "$(cat "$out/transaction")" ||
        $(reply_attribute 6 "$out" | tr 'A-F' 'a-f') != "$(cat "$out/nonce")" ]]; then
        echo "The answer is none to this request." >&2
        return 4
    fi
    openssl cms -verify -binary -inform DER -in "$out/reply.der" -CAfile "$out/ca.pem" -purpose any -out "$out/reply-envelope.der" 2>"$out/log"
    openssl cms -decrypt -binary -inform DER -in "$out/reply-envelope.der" -recip "$signer" -inkey "$key" -out "$out/issued.p7"
    openssl pkcs7 -inform DER -in "$out/issued.p7" -print_certs | openssl x509 -out "$out/issued.pem"
    openssl verify -CAfile "$out/ca.pem" "$out/issued.pem" >>"$out/log"
}

# signing_request KEY SUBJECT CHALLENGE OUTDIR: makes OUTDIR/csr.der; an empty challenge is left away
signing_request() {
    # With -subj openssl would leave the attributes away, so that the subject stands in the file, one numbered line a part.
    local parts part number=0
    IFS=/ read -ra parts <<<"${2#/}"
    {
        printf '[req]\nprompt = no\nstring_mask = utf8only\ndistinguished_name = subject\n'
        [[ -z $3 ]] || printf 'attributes = attributes\n[attributes]\nchallengePassword = %s\n' "$3"
        printf '[subject]\n'
        for part in "${parts[@]}"; do printf '%d.%s\n' "$((number++))" "$part"; done
    } >"$4/csr.conf"
    openssl req -new -sha256 -config "$4/csr.conf" -key "$1" -outform DER -out "$4/csr.der"
}

scep_enroll() {
    local url=$1 challenge=$2 subject=$3 out=$4
    mkdir -p "$out"
    fetch "$(operation "$url" GetCACaps)" >"$out/capabilities"
    sed 's/\r//' "$out/capabilities" | grep -qx POSTPKIOperation
    fetch "$(operation "$url" GetCACert)" | openssl x509 -inform DER -out "$out/ca.pem"
    openssl genrsa -out "$out/device.key" 2048 2>"$out/log"
    openssl req -x509 -new -sha256 -days 2 -key "$out/device.key" -subj "$subject" -out "$out/self.pem"
    signing_request "$out/device.key" "$subject" "$challenge" "$out"
    scep_message 19 "$out/csr.der" "$out/self.pem" "$out/device.key" "$out"
    scep_send "$url" "$out/self.pem" "$out/device.key" "$out"
    mv "$out/issued.pem" "$out/device.pem"
}

scep_renew() {
    local url=$1 out=$2
    openssl genrsa -out "$out/next.key" 2048 2>"$out/log"
    signing_request "$out/next.key" "/CN=renewal" "" "$out"
    scep_message 17 "$out/csr.der" "$out/device.pem" "$out/device.key" "$out"
    scep_send "$url" "$out/device.pem" "$out/device.key" "$out"
    mv "$out/next.key" "$out/device.key"
    mv "$out/issued.pem" "$out/device.pem"
}

mdm_sign() {
    openssl cms -sign -binary -md sha256 -outform DER -signer "$2/device.pem" -inkey "$2/device.key" -in "$1" | base64 | tr -d '\n'
}

mdm_put() {
    local url=$1 type=$2 body=$3 out=$4
    curl -sS --max-time 30 ${CURL_OPTIONS:-} -X PUT -H "Content-Type: $type" -H "Mdm-Signature: $(mdm_sign "$body" "$out")" \
        --data-binary "@$body" -o "$out/answer" -w '%{http_code}' "$url" >"$out/status"
    cat "$out/answer"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then "$@"; fi
