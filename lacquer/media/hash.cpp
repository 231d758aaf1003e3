#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <memory>
#include <vector>

#include "lacquer/media/descriptor.h"
#include "lacquer/media/file_hash.h"
#include "lacquer/media/files.h"

namespace lacquer::media {

/// OpenSSL's, because it uses the SHA instructions of the processor: five times faster than plain
/// code, and without it hashing a mix would cost as much as measuring its loudness.
class Sha256 {
 public:
  Sha256() : context_{EVP_MD_CTX_new()} {
    // The machine's OpenSSL configuration has nothing to say here, and reading it takes 2 ms; nor
    // have all the other algorithms.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
                            OPENSSL_INIT_NO_ADD_ALL_DIGESTS,
                        nullptr);
    [[maybe_unused]] const int begun = EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    assert(begun == 1);
  }

  void add(const void* bytes, std::size_t count) {
    [[maybe_unused]] const int added = EVP_DigestUpdate(context_.get(), bytes, count);
    assert(added == 1);
  }

  /// Lower-case hex.
  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    [[maybe_unused]] const int finished = EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    assert(finished == 1 && size == 32);
    std::string text;
    for (unsigned i = 0; i < size; ++i)
      for (const unsigned digit : {digest[i] / 16u, digest[i] % 16u})
        text += "0123456789abcdef"[digit];
    return text;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes.data(), bytes.size());
  return hash.finish();
}

FileHash::FileHash(std::filesystem::path path)
    : path_{std::move(path)}, sha256_{std::make_unique<Sha256>()} {}
FileHash::~FileHash() = default;

void FileHash::see(std::uint64_t offset, std::span<const unsigned char> bytes) {
  if (offset > known_ || offset + bytes.size() <= known_) return;
  const auto fresh = bytes.subspan(static_cast<std::size_t>(known_ - offset));
  sha256_->add(fresh.data(), fresh.size());
  known_ += fresh.size();
}

Result<std::string> FileHash::finish(const std::atomic<bool>* stop) {
  const Descriptor descriptor{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!descriptor) return read_error(path_, errno);
  std::vector<unsigned char> piece(1u << 16);  // stays in the cache from the read to the hash
  for (;;) {
    if (stop && *stop) return Error{ErrorKind::cancelled, "Stopped.", path_.string(), ""};
    const ssize_t count =
        ::pread(descriptor.number(), piece.data(), piece.size(), static_cast<off_t>(known_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return read_error(path_, errno);
    if (count == 0) break;
    see(known_, {piece.data(), static_cast<std::size_t>(count)});
  }
  return sha256_->finish();
}

Result<std::string> sha256_of_file(const std::filesystem::path& path) {
  return FileHash{path}.finish();
}

}  // namespace lacquer::media
