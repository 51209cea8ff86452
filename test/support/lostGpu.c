/*
 * A Vulkan driver that is another one until a file appears: from then on each submission says that the device is lost, as the
 * driver of a card does that has hung or fallen off its bus. RESIDUA_REAL_DRIVER and RESIDUA_LOST_GPU say which.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void (*Function)(void);
typedef Function (*Lookup)(void *handle, const char *name);
typedef int32_t (*Negotiate)(uint32_t *version);
typedef int32_t (*Submit)(void *queue, uint32_t count, const void *submits, void *fence);

#define DEVICE_LOST (-4)

static Lookup device_lookup;
static Submit real_submit;
static Submit real_submit2;

static Function of_driver(const char *name) {
  static void *driver;
  if (!driver) driver = dlopen(getenv("RESIDUA_REAL_DRIVER"), RTLD_NOW | RTLD_LOCAL);
  return driver ? (Function)dlsym(driver, name) : 0;
}

static int is_lost(void) { return access(getenv("RESIDUA_LOST_GPU"), F_OK) == 0; }

static int32_t submit(void *queue, uint32_t count, const void *submits, void *fence) {
  return is_lost() ? DEVICE_LOST : real_submit(queue, count, submits, fence);
}

static int32_t submit2(void *queue, uint32_t count, const void *submits, void *fence) {
  return is_lost() ? DEVICE_LOST : real_submit2(queue, count, submits, fence);
}

static Function of_device(void *device, const char *name) {
  Function found = device_lookup(device, name);
  if (found && !strcmp(name, "vkQueueSubmit")) return real_submit = (Submit)found, (Function)submit;
  if (found && !strcmp(name, "vkQueueSubmit2")) return real_submit2 = (Submit)found, (Function)submit2;
  return found;
}

int32_t vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
  return ((Negotiate)of_driver("vk_icdNegotiateLoaderICDInterfaceVersion"))(version);
}

Function vk_icdGetPhysicalDeviceProcAddr(void *instance, const char *name) {
  Lookup lookup = (Lookup)of_driver("vk_icdGetPhysicalDeviceProcAddr");
  return lookup ? lookup(instance, name) : 0;
}

Function vk_icdGetInstanceProcAddr(void *instance, const char *name) {
  Function found = ((Lookup)of_driver("vk_icdGetInstanceProcAddr"))(instance, name);
  if (found && !strcmp(name, "vkGetDeviceProcAddr")) return device_lookup = (Lookup)found, (Function)of_device;
  return found;
}
